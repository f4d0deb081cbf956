"""Systems against one of them over the same queries: differences, their intervals and whether chance explains them."""

from collections.abc import Iterator, Sequence

import msgspec

from config.errors import RequestFault
from eval.datasets import Dataset, Query
from eval.intervals import bootstrap_interval, holm, paired_randomisation_test
from eval.metrics import METRICS
from eval.report import Report
from eval.run import Measurement
from indexer.records import Record


class Comparison(Record, frozen=True):
    """A system less the one it is held against, in one metric, for all queries (kind null) or those of a kind.

    `p` is two-sided, of a paired randomisation test by clusters of queries; `p_holm` allows for the number of
    systems held against the same one.
    """

    system: str
    against: str
    metric: str
    kind: str | None
    n_queries: int
    difference: float
    interval: tuple[float, float]
    p: float
    p_holm: float


class Compared(Record, frozen=True):
    """Several systems on one dataset."""

    systems: tuple[Report, ...]
    comparisons: tuple[Comparison, ...]


def reference(names: Sequence[str], asked: str | None, default: str) -> str:
    """Return what the systems are held against: what was asked for, else the default, else the first.

    Raises:
        RequestFault: the system asked for is not among those measured.
    """
    if asked is not None and asked not in names:
        raise RequestFault(
            f"system {asked!r}, to hold others against, is not among the systems measured: {', '.join(names)}"
        )
    return asked or (default if default in names else names[0])


def compare(dataset: Dataset, measured: Sequence[Measurement], against: str) -> tuple[Comparison, ...]:
    """Hold every other system against one, in every metric, over all queries and by kind."""
    base = next(one for one in measured if one.report.system == against)
    others = [one for one in measured if one is not base]
    kinds: list[str | None] = [None, *base.report.by_kind]
    found: list[Comparison] = []
    for kind in kinds:
        queries = [query for query in dataset.queries if kind is None or query.kind == kind]
        for metric in METRICS:
            found.extend(_family(list(_against(queries, others, base, metric, kind))))
    return tuple(found)


def _against(
    queries: Sequence[Query], others: Sequence[Measurement], base: Measurement, metric: str, kind: str | None
) -> Iterator[Comparison]:
    clusters = [query.cluster for query in queries]
    theirs = [base.scores[query.id][metric] for query in queries]
    for other in others:
        own = [other.scores[query.id][metric] for query in queries]
        differences = [mine - its for mine, its in zip(own, theirs, strict=True)]
        p = paired_randomisation_test(own, theirs, clusters)
        yield Comparison(
            system=other.report.system,
            against=base.report.system,
            metric=metric,
            kind=kind,
            n_queries=len(queries),
            difference=sum(differences) / len(differences),
            interval=bootstrap_interval(differences, clusters),
            p=p,
            p_holm=p,
        )


def _family(comparisons: Sequence[Comparison]) -> list[Comparison]:
    adjusted = holm([one.p for one in comparisons])
    return [msgspec.structs.replace(one, p_holm=p) for one, p in zip(comparisons, adjusted, strict=True)]
