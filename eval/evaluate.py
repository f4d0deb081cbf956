"""A whole evaluation: the systems measured one after another, compared, and written down where asked."""

from collections.abc import Sequence
from pathlib import Path

from config.errors import RequestFault
from config.settings import Settings
from eval.comparison import Compared, compare, reference
from eval.datasets import Dataset
from eval.lines import DatasetFault
from eval.run import measure
from eval.runs import write_run
from eval.systems.build import default_system, opened_bench


def evaluate(
    dataset: Dataset,
    names: Sequence[str],
    settings: Settings,
    *,
    against: str | None = None,
    run_out: Path | None = None,
    report: Path | None = None,
    progress: bool = False,
) -> Compared:
    """Measure systems over the queries of a dataset.

    Args:
        dataset: what to run.
        names: the systems, as `eval.systems.build.named_systems` gives them.
        settings: the index, the model and the service's weights.
        against: which of them the others are held against; None for the default, or else the first.
        run_out: where to write the TREC run of a single system; its order is the one that was measured.
        report: the folder to write the report into.
        progress: whether to show bars on standard error.

    Raises:
        RequestFault: `against` is not measured, or one run file is asked for several systems.
        DatasetFault: what is to be written cannot be, or the index holds none of the dataset's relevant items.
        IndexFault: the index is missing, damaged or (for `full`) made by another model.
    """
    base = reference(names, against, default_system(dataset.form))
    _check_places(names, run_out, report)
    with opened_bench(dataset, settings, progress=progress) as bench:
        measured = [measure(bench.dataset, bench.system(name), progress=progress) for name in names]
        compared = Compared(
            systems=tuple(one.report for one in measured), comparisons=compare(bench.dataset, measured, base)
        )
        if run_out is not None:
            write_run(run_out, measured[0].run, names[0])
        if report is not None:
            from eval.written import write_report  # matplotlib takes a second to import

            write_report(report, bench.dataset, measured, compared, bench.about)
    return compared


def _check_places(names: Sequence[str], run_out: Path | None, report: Path | None) -> None:
    """Refuse before the work, not after, what could not be written."""
    if run_out is not None and len(names) > 1:
        raise RequestFault("--run-out takes the run of one system; --report writes those of several")
    if run_out is not None and not run_out.parent.is_dir():
        raise DatasetFault(f"{run_out}: there is no such folder")
    if report is not None:
        from eval.written import ready_folder

        ready_folder(report)
