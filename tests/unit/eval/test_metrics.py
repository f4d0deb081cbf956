"""The metrics against trec_eval itself and against figures worked out by hand."""

import math

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import METRICS, judged_share, mean, score_queries
from eval.runs import ranked

ITEMS = [f"d{number:03}" for number in range(130)]


def test_linear_gain_by_hand() -> None:
    qrels = {"q": {"a": 3, "b": 2, "c": 1, "d": 0}}
    scores = score_queries(qrels, {"q": (("d", 4.0), ("b", 3.0), ("x", 2.0), ("a", 1.0))})["q"]
    gained = 2 / math.log2(3) + 3 / math.log2(5)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert scores["ndcg@10"] == pytest.approx(gained / ideal)
    assert scores["recall@100"] == pytest.approx(2 / 3)
    assert scores["mrr@10"] == pytest.approx(1 / 2)


def test_cut_offs() -> None:
    found = tuple((f"x{place}", 200.0 - place) for place in range(10))
    run = {"q": (*found, ("a", 1.0))}
    assert score_queries({"q": {"a": 1}}, run)["q"] == {"ndcg@10": 0.0, "recall@100": 1.0, "mrr@10": 0.0}
    assert score_queries({"q": {"a": 1}}, {"q": run["q"][1:]})["q"]["mrr@10"] == pytest.approx(1 / 10)


def test_a_query_that_found_nothing_counts_as_zero() -> None:
    scores = score_queries({"q": {"a": 1}, "z": {"a": 1}, "e": {"a": 1}}, {"q": (("a", 1.0),), "e": ()})
    assert scores["z"] == scores["e"] == dict.fromkeys(METRICS, 0.0)
    assert mean(scores.values()) == pytest.approx(dict.fromkeys(METRICS, 1 / 3))


def test_ties_go_by_id_whatever_trec_eval_does() -> None:
    # trec_eval alone would put the last id first.
    tied = [("a", 1.0), ("b", 1.0)]
    assert score_queries({"q": {"a": 1}}, {"q": ranked(tied)})["q"]["mrr@10"] == 1.0
    direct = pytrec_eval.RelevanceEvaluator({"q": {"a": 1}}, {"recip_rank"}).evaluate({"q": dict(tied)})
    assert direct["q"]["recip_rank"] == 0.5


def test_negative_grades_are_not_relevant() -> None:
    scores = score_queries({"q": {"a": 1, "b": -1}}, {"q": (("b", 2.0), ("a", 1.0))})["q"]
    assert scores["mrr@10"] == 0.5
    assert scores["ndcg@10"] == pytest.approx(1 / math.log2(3))


@given(
    st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 3), min_size=1).filter(lambda grades: any(grades.values())),
    st.dictionaries(st.sampled_from(ITEMS), st.sampled_from([0.0, 0.5, 1.0]) | st.floats(-10, 10), min_size=1),
)
def test_same_as_pytrec_eval(grades: dict[str, int], found: dict[str, float]) -> None:
    ranking = ranked(found.items())
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {"ndcg_cut.10", "recall.100", "recip_rank"})
    direct = evaluator.evaluate({"q": dict(ranking)})["q"]
    scores = score_queries({"q": grades}, {"q": ranking})["q"]
    assert scores["ndcg@10"] == pytest.approx(direct["ndcg_cut_10"])
    assert scores["recall@100"] == pytest.approx(direct["recall_100"])
    within = direct["recip_rank"] if direct["recip_rank"] >= 1 / 10 else 0.0
    assert scores["mrr@10"] == pytest.approx(within)


def test_judged_share_counts_the_first_ten_of_what_was_returned() -> None:
    qrels = {"full": {"a": 1, "b": 0, "late": 3}, "short": {"a": 2}, "none": {"a": 1}}
    ten = tuple((f"x{place}", 20.0 - place) for place in range(8))
    run = {"full": (("a", 30.0), ("b", 29.0), *ten, ("late", 1.0)), "short": (("a", 1.0),)}
    assert judged_share(qrels, run) == pytest.approx((2 / 10 + 1) / 2)
    assert judged_share(qrels, {}) == 0.0
