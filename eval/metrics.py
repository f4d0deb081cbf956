"""nDCG@10, recall@100 and MRR@10 as trec_eval computes them (ir_measures over pytrec_eval)."""

from collections.abc import Iterable, Mapping

import ir_measures
from ir_measures import RR, R, nDCG

from eval.runs import Ranking

NDCG = "ndcg@10"
RECALL = "recall@100"
MRR = "mrr@10"
METRICS = (NDCG, RECALL, MRR)

_NDCG = nDCG @ 10
_RECALL = R @ 100
_SHOWN = 10

Scores = dict[str, float]


def score_queries(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Ranking]) -> dict[str, Scores]:
    """Score every query of the qrels.

    nDCG is trec_eval's ndcg_cut: the grade itself is the gain, over log2(rank + 1). A document is relevant
    from grade 1 on. A query for which nothing was returned scores 0.

    Args:
        qrels: query id -> corpus id -> grade.
        run: query id -> ranking in order, scores falling strictly (`runs.ranked`).

    Returns:
        query id -> metric -> value between 0 and 1.
    """
    # pytrec_eval cannot take grades below 0; trec_eval gives them no gain.
    judged = {query: {item: max(grade, 0) for item, grade in grades.items()} for query, grades in qrels.items()}
    found = {query: dict(run.get(query, ())) for query in qrels}
    # trec_eval's reciprocal rank has no cut-off, so it sees the first ten only.
    first = {query: dict(run.get(query, ())[:_SHOWN]) for query in qrels}
    scores = {query: dict.fromkeys(METRICS, 0.0) for query in qrels}
    for name, measure, rankings in ((NDCG, _NDCG, found), (RECALL, _RECALL, found), (MRR, RR, first)):
        for value in ir_measures.pytrec_eval.iter_calc([measure], judged, rankings):
            scores[value.query_id][name] = float(value.value)
    return scores


def judged_share(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Ranking]) -> float:
    """Return the share of the first ten of each query that the qrels name, whatever the grade; mean over queries.

    Judgements are made from what some systems found: a system that finds other things is marked down for them
    unseen, the more the lower its share. A query that returned nothing is left out; 0 where all did.
    """
    shares = []
    for query, grades in qrels.items():
        first = run.get(query, ())[:_SHOWN]
        if first:
            shares.append(sum(corpus_id in grades for corpus_id, _ in first) / len(first))
    return sum(shares) / max(len(shares), 1)


def mean(scores: Iterable[Scores]) -> Scores:
    """Return the mean of each metric over queries; 0 where there are none."""
    rows = list(scores)
    return {name: sum(row[name] for row in rows) / max(len(rows), 1) for name in METRICS}
