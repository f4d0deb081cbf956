"""Run a system over a dataset's queries and measure what it returns."""

from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from eval.datasets import Dataset, Query
from eval.lines import DatasetFault
from eval.report import Report, make_report
from eval.runs import Run, ranked, write_run
from eval.systems.system import System

# Deep enough for recall@100.
DEPTH = 100


def evaluate(dataset: Dataset, system: System, *, run_out: Path | None = None, progress: bool = False) -> Report:
    """Run every query and report the figures.

    Args:
        dataset: what to run; for an index, aligned with it (`eval.items.align`).
        system: what to measure.
        run_out: where to write the TREC run; its order is the one that was measured.
        progress: whether to show a bar on standard error.

    Raises:
        DatasetFault: the run cannot be written.
    """
    if run_out is not None and not run_out.parent.is_dir():
        raise DatasetFault(f"{run_out}: there is no such folder")  # said before the work, not after
    run = run_queries(system, dataset.queries, progress=progress)
    if run_out is not None:
        write_run(run_out, run, system.name)
    return make_report(dataset, run, system.name)


def run_queries(system: System, queries: Sequence[Query], *, progress: bool = False) -> Run:
    """Return what a system ranks for each query, 100 deep, ties broken by id."""
    run: Run = {}
    for query in tqdm(queries, desc=system.name, unit="query", disable=not progress):
        run[query.id] = ranked(system.rank(query, DEPTH), DEPTH)
    return run
