"""Run a system over a dataset's queries and measure what it returns and how long it takes."""

import time
from collections.abc import Sequence

from tqdm import tqdm

from eval.datasets import Dataset, Query
from eval.metrics import Scores, score_queries
from eval.report import Report, make_report
from eval.runs import Run, ranked
from eval.systems.system import System
from indexer.records import Record

# Deep enough for recall@100.
DEPTH = 100


class Measurement(Record, frozen=True):
    """What a system returned, how each query scored, and the figures made of it."""

    report: Report
    run: Run
    scores: dict[str, Scores]


def measure(dataset: Dataset, system: System, *, progress: bool = False) -> Measurement:
    """Run every query of a dataset.

    Args:
        dataset: what to run, as the bench of the system holds it.
        system: what to measure.
        progress: whether to show a bar on standard error.
    """
    run, milliseconds = run_queries(system, dataset.queries, progress=progress)
    scores = score_queries(dataset.qrels, run)
    return Measurement(report=make_report(dataset, run, scores, system.name, milliseconds), run=run, scores=scores)


def run_queries(system: System, queries: Sequence[Query], *, progress: bool = False) -> tuple[Run, list[float]]:
    """Return what a system ranks for each query, 100 deep, ties broken by id, and the milliseconds each took."""
    run: Run = {}
    milliseconds = []
    for query in tqdm(queries, desc=system.name, unit="query", disable=not progress):
        started = time.perf_counter()
        pairs = system.rank(query, DEPTH)
        milliseconds.append((time.perf_counter() - started) * 1000)
        run[query.id] = ranked(pairs, DEPTH)
    return run, milliseconds
