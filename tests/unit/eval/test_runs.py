"""Runs: order, ties and the TREC file."""

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Fault
from eval.runs import by_place, ranked, read_run, write_run

IDS = st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=8)
SCORES = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 0.1])
PAIRS = st.lists(st.tuples(IDS, SCORES), max_size=30)


def test_ties_are_broken_by_id_and_scores_fall() -> None:
    ranking = ranked([("b", 1.0), ("a", 1.0), ("c", 2.0), ("a", 0.5)])
    assert [corpus_id for corpus_id, _ in ranking] == ["c", "a", "b"]
    assert ranking[0][1] == 2.0
    assert ranking[1][1] == 1.0
    assert ranking[2][1] == pytest.approx(1.0)
    assert ranking[2][1] < 1.0


def test_limit_counts_distinct_ids() -> None:
    assert [corpus_id for corpus_id, _ in ranked([("a", 3.0), ("a", 2.0), ("b", 1.0), ("c", 0.5)], 2)] == ["a", "b"]
    assert ranked([("a", 1.0)], 0) == ()


@pytest.mark.parametrize("score", [float("nan"), float("inf"), float("-inf"), 1e31])
def test_scores_that_are_no_numbers_are_refused(score: float) -> None:
    with pytest.raises(ValueError, match="score"):
        ranked([("a", score)])


@given(PAIRS)
def test_scores_fall_strictly_even_in_single_precision(pairs: list[tuple[str, float]]) -> None:
    ranking = ranked(pairs)
    singles = [np.float32(score) for _, score in ranking]
    assert all(later < earlier for earlier, later in itertools.pairwise(singles))
    assert {corpus_id for corpus_id, _ in ranking} == {corpus_id for corpus_id, _ in pairs}
    assert ranked(ranking) == ranking


@given(PAIRS, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(pairs: list[tuple[str, float]], random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(shuffled) == ranked(pairs)


def test_by_place_keeps_the_order_and_drops_repeats() -> None:
    assert by_place(["x", "y", "x", "a"]) == [("x", 1.0), ("y", 0.5), ("a", 1 / 3)]
    assert [corpus_id for corpus_id, _ in ranked(by_place(["x", "y", "a"]))] == ["x", "y", "a"]


@given(st.dictionaries(IDS, PAIRS.filter(bool).map(ranked), max_size=5))
def test_run_files_round_trip(run: dict[str, tuple[tuple[str, float], ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.txt"
        write_run(path, run, "bm25")
        assert read_run(path) == run


def test_the_file_is_trec(tmp_path: Path) -> None:
    write_run(tmp_path / "run.txt", {"q": (("CM20-1#1", 2.5), ("CM20-2#1", 1.25))}, "dense")
    assert (tmp_path / "run.txt").read_text() == "q Q0 CM20-1#1 1 2.5 dense\nq Q0 CM20-2#1 2 1.25 dense\n"


def test_ids_with_white_space_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="white space"):
        write_run(tmp_path / "run.txt", {"q": (("a b", 1.0),)}, "dense")
    assert not (tmp_path / "run.txt").exists()


@pytest.mark.parametrize("line", ["q Q0 a 1 2.5", "q Q0 a 1 high dense", "q Q0 a 1 nan dense"])
def test_broken_run_files(tmp_path: Path, line: str) -> None:
    (tmp_path / "run.txt").write_text(f"q Q0 b 1 3.0 dense\n{line}\n")
    with pytest.raises(Fault, match=r"run\.txt, line 2"):
        read_run(tmp_path / "run.txt")


def test_a_run_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="absent"):
        read_run(tmp_path / "absent")
    with pytest.raises(Fault, match="absent"):
        write_run(tmp_path / "absent" / "run.txt", {}, "dense")
