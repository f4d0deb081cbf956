"""The report of one system on one dataset, as JSON and as a table."""

from collections.abc import Hashable, Mapping, Sequence

from eval.datasets import Dataset, Query
from eval.intervals import bootstrap_interval
from eval.metrics import METRICS, Scores, mean, score_queries
from eval.runs import Ranking
from indexer.records import Record


class Report(Record, frozen=True):
    """The figures of one system.

    `by_kind` holds each metric and `n_queries` for every kind of query; `interval` the 95% bootstrap interval
    of each metric, clusters of queries drawn together. `without_relevant` counts the queries left out because
    nothing is relevant to them, `not_indexed` the relevant items that the index lacks.
    """

    system: str
    dataset: str
    n_queries: int
    metrics: dict[str, float]
    by_kind: dict[str, dict[str, float]]
    interval: dict[str, tuple[float, float]]
    without_relevant: int = 0
    not_indexed: int = 0


def make_report(dataset: Dataset, run: Mapping[str, Ranking], system: str) -> Report:
    """Score a run against a dataset's judgements."""
    scores = score_queries(dataset.qrels, run)
    rows = [scores[query.id] for query in dataset.queries]
    clusters = [_cluster(query) for query in dataset.queries]
    return Report(
        system=system,
        dataset=dataset.name,
        n_queries=len(rows),
        metrics=mean(rows),
        by_kind=_by_kind(dataset.queries, scores),
        interval={name: bootstrap_interval([row[name] for row in rows], clusters) for name in METRICS},
        without_relevant=len(dataset.without_relevant),
        not_indexed=dataset.not_indexed,
    )


def table(report: Report) -> str:
    """Lay a report out in plain text columns, one line for all queries and one for each kind."""
    rows = [(report.system, "queries", *METRICS), ("all", str(report.n_queries), *_figures(report.metrics))]
    rows += [(kind, str(int(scores["n_queries"])), *_figures(scores)) for kind, scores in report.by_kind.items()]
    rows.append(("95% interval", "", *(f"{low:.3f}-{high:.3f}" for low, high in report.interval.values())))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    if report.without_relevant:
        lines.append(f"left out, nothing relevant: {report.without_relevant} queries")
    if report.not_indexed:
        lines.append(f"relevant but not in the index: {report.not_indexed} items")
    return "\n".join(lines)


def _by_kind(queries: Sequence[Query], scores: Mapping[str, Scores]) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[Scores]] = {}
    for query in queries:
        if query.kind is not None:
            kinds.setdefault(query.kind, []).append(scores[query.id])
    return {kind: {"n_queries": len(rows), **mean(rows)} for kind, rows in kinds.items()}


def _cluster(query: Query) -> Hashable:
    """Queries of one letter exclude that letter, so its name tells them; others stand alone."""
    return ("case", query.exclude_case) if query.exclude_case else ("query", query.id)


def _figures(scores: Mapping[str, float]) -> list[str]:
    return [f"{scores[name]:.3f}" for name in METRICS]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *figures = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in figures)])
