"""Pieces side by side come to what they come to one after the other."""

import threading
from contextvars import ContextVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sidebyside import side_by_side

said: ContextVar[str] = ContextVar("said", default="nothing")


@given(st.lists(st.integers(), max_size=9), st.integers(1, 5))
def test_results_stand_in_the_order_of_the_pieces(pieces: list[int], threads: int) -> None:
    assert side_by_side(lambda piece: piece * 2, pieces, threads) == [piece * 2 for piece in pieces]


def test_as_many_are_worked_on_at_once_as_there_are_threads() -> None:
    together = threading.Barrier(3, timeout=30)
    assert side_by_side(lambda piece: (together.wait(), piece)[1], [1, 2, 3], 3) == [1, 2, 3]


@pytest.mark.parametrize(("pieces", "threads"), [(["a"], 4), (["a", "b"], 1)])
def test_no_thread_is_begun_where_one_will_do(pieces: list[str], threads: int) -> None:
    assert set(side_by_side(lambda _: threading.current_thread(), pieces, threads)) == {threading.current_thread()}


def test_each_sees_the_context_of_its_caller_and_none_changes_it() -> None:
    token = said.set("by the caller")

    def work(piece: int) -> str:
        heard = said.get()
        said.set(f"by {piece}")
        return heard

    try:
        assert side_by_side(work, [1, 2, 3], 2) == ["by the caller"] * 3
        assert said.get() == "by the caller"
    finally:
        said.reset(token)


def test_the_first_piece_that_fails_is_told_and_what_has_not_begun_is_left() -> None:
    begun: list[int] = []
    held = threading.Event()

    def work(piece: int) -> None:
        begun.append(piece)
        if piece == 0:
            raise LookupError("piece 0")
        held.wait(30)

    timer = threading.Timer(0.2, held.set)
    timer.start()
    with pytest.raises(LookupError, match="piece 0"):
        side_by_side(work, list(range(50)), 2)
    timer.join()
    assert len(begun) < 50
