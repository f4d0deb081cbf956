"""Near passages of several segments: in one order, each once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.store.near import Near, together

FOUND = st.lists(
    st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.integers(0, 9), st.integers(0, 30), st.integers(0, 2)), max_size=20
)


def near(found: list[tuple[float, int, int, int]]) -> Near:
    """Return passages of (score, row, passage, segment)."""
    score, row, passage, segment = ([one[place] for one in found] for place in range(4))
    rows, passages, segments = (np.asarray(told, dtype=np.int64) for told in (row, passage, segment))
    return Near(np.asarray(score, dtype=np.float64), rows, passages, segments)


def told(found: Near) -> list[tuple[float, int, int, int]]:
    """Return passages as tuples."""
    return list(
        zip(found.score.tolist(), found.row.tolist(), found.passage.tolist(), found.segment.tolist(), strict=True)
    )


@given(st.lists(FOUND, max_size=3), st.one_of(st.none(), st.integers(-1, 30)))
def test_the_best_stand_first_and_equals_by_row_and_place(
    parts: list[list[tuple[float, int, int, int]]], most: int
) -> None:
    every = sorted((one for part in parts for one in part), key=lambda one: (-one[0], *one[1:]))
    found = together([near(part) for part in parts]).best(most)
    assert told(found) == (every if most is None else every[: max(most, 0)])


@given(st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 2)), st.integers(0, 9), max_size=20))
def test_a_passage_found_twice_is_told_once(rows: dict[tuple[int, int], int]) -> None:
    found = [(0.5, row, passage, segment) for (passage, segment), row in rows.items()]
    assert sorted(told(together([near(found), near(found)]).once())) == sorted(found)


def test_entries_come_from_each_passage_s_own_segment() -> None:
    found = near([(0.9, 0, 1, 0), (0.8, 1, 0, 1), (0.7, 2, 1, 1)])
    assert found.of_passages([np.asarray([10, 11]), np.asarray([20, 21])]) == [11, 20, 21]
    assert together([]).of_passages([]) == []
