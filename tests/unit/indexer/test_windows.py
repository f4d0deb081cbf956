"""Windows over sentences, for any sizes: nothing left out, nothing too long, always forward."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import windows

ROOM = st.integers(1, 60)
OVERLAP = st.integers(0, 10)


@st.composite
def fitting(draw: st.DrawFn) -> tuple[list[int], int, int]:
    """Sizes that each fit the room, the room, and an overlap."""
    room = draw(ROOM)
    return draw(st.lists(st.integers(0, room), max_size=40)), room, draw(OVERLAP)


@given(fitting())
def test_every_sentence_is_in_a_window(case: tuple[list[int], int, int]) -> None:
    sizes, room, overlap = case
    covered = {place for first, last in windows(sizes, room, overlap) for place in range(first, last + 1)}
    assert covered == set(range(len(sizes)))


@given(fitting())
def test_no_window_is_larger_than_the_room(case: tuple[list[int], int, int]) -> None:
    sizes, room, overlap = case
    assert all(sum(sizes[first : last + 1]) <= room for first, last in windows(sizes, room, overlap))


@given(fitting())
def test_each_window_goes_on_from_the_one_before(case: tuple[list[int], int, int]) -> None:
    sizes, room, overlap = case
    found = windows(sizes, room, overlap)
    assert all(first <= last for first, last in found)
    for before, after in pairwise(found):
        assert before[0] < after[0] <= before[1] + 1
        assert before[1] < after[1]
        assert before[1] + 1 - after[0] <= overlap


@given(fitting())
def test_a_window_ends_only_where_the_next_sentence_does_not_fit(case: tuple[list[int], int, int]) -> None:
    sizes, room, overlap = case
    for first, last in windows(sizes, room, overlap)[:-1]:
        assert sum(sizes[first : last + 2]) > room


@given(fitting())
def test_without_overlap_no_sentence_stands_twice(case: tuple[list[int], int, int]) -> None:
    sizes, room, _ = case
    found = windows(sizes, room, 0)
    assert [place for first, last in found for place in range(first, last + 1)] == list(range(len(sizes)))


@given(st.lists(st.integers(0, 200), max_size=30), ROOM, OVERLAP)
def test_sentences_that_do_not_fit_stand_alone_and_end_nothing(sizes: list[int], room: int, overlap: int) -> None:
    found = windows(sizes, room, overlap)
    assert {place for first, last in found for place in range(first, last + 1)} == set(range(len(sizes)))
    assert all(first == last or sum(sizes[first : last + 1]) <= room for first, last in found)


def test_windows_known_by_hand() -> None:
    assert windows([], 10, 1) == []
    assert windows([4], 10, 1) == [(0, 0)]
    assert windows([4, 4, 4, 4], 10, 1) == [(0, 1), (1, 2), (2, 3)]
    assert windows([4, 4, 4, 4], 10, 0) == [(0, 1), (2, 3)]
    assert windows([2, 2, 2, 2, 2], 6, 2) == [(0, 2), (1, 3), (2, 4)]
    # The sentence before the last does not fit beside the next one: no overlap there.
    assert windows([9, 5], 10, 1) == [(0, 0), (1, 1)]
