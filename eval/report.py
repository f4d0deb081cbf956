"""The figures of one system on one dataset."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from eval.datasets import Dataset, Query
from eval.intervals import bootstrap_interval
from eval.metrics import METRICS, Scores, judged_share, mean
from eval.runs import Ranking
from indexer.records import Record

Intervals = dict[str, tuple[float, float]]

_PERCENTILES = (50, 95)


class Report(Record, frozen=True):
    """The figures of one system.

    `by_kind` holds each metric and `n_queries` for every kind of query; `interval` the 95% bootstrap interval
    of each metric, clusters of queries drawn together, `interval_by_kind` the same for every kind.
    `without_relevant` counts the queries left out because nothing is relevant to them, `not_indexed` the
    relevant items that the index lacks. `judged_at_10` (`judged@10` in JSON) is the share of the first ten that
    the qrels name. `latency_ms` gives p50 and p95 of a query, one at a time.
    """

    system: str
    dataset: str
    n_queries: int
    metrics: dict[str, float]
    by_kind: dict[str, dict[str, float]]
    interval: Intervals
    interval_by_kind: dict[str, Intervals]
    judged_at_10: float = msgspec.field(name="judged@10")
    latency_ms: dict[str, float]
    without_relevant: int = 0
    not_indexed: int = 0


def make_report(
    dataset: Dataset,
    run: Mapping[str, Ranking],
    scores: Mapping[str, Scores],
    system: str,
    milliseconds: Sequence[float],
) -> Report:
    """Sum a run up.

    Args:
        dataset: the queries and their judgements.
        run: what was returned for each query.
        scores: what each query scored (`metrics.score_queries`).
        system: the name of what was measured.
        milliseconds: how long each query took; at least one.
    """
    kinds: dict[str, list[Query]] = {}
    for query in dataset.queries:
        if query.kind is not None:
            kinds.setdefault(query.kind, []).append(query)
    return Report(
        system=system,
        dataset=dataset.name,
        n_queries=len(dataset.queries),
        metrics=_means(dataset.queries, scores),
        by_kind={kind: {"n_queries": len(queries), **_means(queries, scores)} for kind, queries in kinds.items()},
        interval=_intervals(dataset.queries, scores),
        interval_by_kind={kind: _intervals(queries, scores) for kind, queries in kinds.items()},
        judged_at_10=judged_share(dataset.qrels, run),
        latency_ms={f"p{cut}": round(float(np.percentile(milliseconds, cut)), 3) for cut in _PERCENTILES},
        without_relevant=len(dataset.without_relevant),
        not_indexed=dataset.not_indexed,
    )


def _means(queries: Sequence[Query], scores: Mapping[str, Scores]) -> Scores:
    return mean(scores[query.id] for query in queries)


def _intervals(queries: Sequence[Query], scores: Mapping[str, Scores]) -> Intervals:
    clusters = [query.cluster for query in queries]
    return {name: bootstrap_interval([scores[query.id][name] for query in queries], clusters) for name in METRICS}
