"""Reciprocal rank fusion: the formula and its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.systems.fusion import reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.integers(0, 20), unique=True, max_size=15), max_size=4)


def test_formula_by_hand() -> None:
    scores = reciprocal_rank_fusion([["a", "b"], ["b", "c"]])
    assert scores == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


def test_weights_and_k() -> None:
    assert reciprocal_rank_fusion([["a"], ["a"]], k=0, weights=[2.0, 0.5]) == pytest.approx({"a": 2.5})


def test_a_repeated_thing_counts_at_its_first_place() -> None:
    assert reciprocal_rank_fusion([["a", "a", "b"]]) == pytest.approx({"a": 1 / 61, "b": 1 / 62})


@given(RANKINGS, st.integers(0, 100))
def test_one_ranking_keeps_its_order_and_all_things_stay(rankings: list[list[int]], k: int) -> None:
    scores = reciprocal_rank_fusion(rankings, k)
    assert set(scores) == {thing for ranking in rankings for thing in ranking}
    assert all(score > 0 for score in scores.values())
    for ranking in rankings:
        alone = reciprocal_rank_fusion([ranking], k)
        assert sorted(ranking, key=lambda thing: -alone[thing]) == ranking


@given(RANKINGS)
def test_order_of_rankings_does_not_matter(rankings: list[list[int]]) -> None:
    assert reciprocal_rank_fusion(rankings) == pytest.approx(reciprocal_rank_fusion(rankings[::-1]))


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="negative"):
        reciprocal_rank_fusion([["a"]], k=-1)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        reciprocal_rank_fusion([["a"]], weights=[1.0, 1.0])
