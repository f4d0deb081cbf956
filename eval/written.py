"""The written report: Markdown, plots and TREC run files in one folder."""

from collections.abc import Sequence
from pathlib import Path

from eval.comparison import Compared
from eval.datasets import Dataset
from eval.intervals import PERMUTATIONS
from eval.lines import DatasetFault
from eval.plots import plot_latency, plot_quality
from eval.run import Measurement
from eval.runs import write_run
from eval.tables import as_markdown, differences_table, kinds_table, left_out, systems_table

REPORT = "report.md"
RUNS = "runs"
QUALITY_PLOT = "quality.png"
LATENCY_PLOT = "latency.png"


def ready_folder(folder: Path) -> None:
    """Make the report's folders, so that a long measurement is not lost for want of a place.

    Raises:
        DatasetFault: they cannot be made.
    """
    try:
        (folder / RUNS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatasetFault(f"report folder {folder}: {error.strerror or error}") from None


def write_report(
    folder: Path, dataset: Dataset, measured: Sequence[Measurement], compared: Compared, about: Sequence[str]
) -> None:
    """Write report.md, the plots it shows and runs/SYSTEM.txt; the same but for timings whenever run again.

    Args:
        folder: where; made by `ready_folder`.
        dataset: what was run.
        measured: the systems, in the order in which they are listed.
        compared: their figures.
        about: what was searched and how, a line each.

    Raises:
        DatasetFault: a file cannot be written.
    """
    for one in measured:
        write_run(folder / RUNS / f"{one.report.system}.txt", one.run, one.report.system)
    try:
        plot_quality(folder / QUALITY_PLOT, compared.systems)
        plot_latency(folder / LATENCY_PLOT, compared.systems)
        (folder / REPORT).write_text(markdown(dataset, compared, about), encoding="utf-8")
    except OSError as error:
        raise DatasetFault(f"report folder {folder}: {error.strerror or error}") from None


def markdown(dataset: Dataset, compared: Compared, about: Sequence[str]) -> str:
    """Return the report's text."""
    reports = compared.systems
    first = reports[0]
    blocks = [
        f"# Retrieval on {dataset.name}",
        "\n".join(f"- {line}" for line in (f"{first.n_queries} queries", *left_out(first), *about)),
        "## Systems",
        as_markdown(systems_table(reports)),
        f"![nDCG@10 by system and kind of query]({QUALITY_PLOT})",
        f"![Time of a query against nDCG@10]({LATENCY_PLOT})",
    ]
    if first.by_kind:
        blocks += ["## By kind of query", as_markdown(kinds_table(reports))]
    if compared.comparisons:
        blocks += [
            "## Differences",
            as_markdown(differences_table(compared.comparisons)),
        ]
    blocks += ["## How to read this", "\n".join(f"- {line}" for line in _notes(dataset))]
    return "\n\n".join(blocks) + "\n"


def _notes(dataset: Dataset) -> list[str]:
    notes = [
        "nDCG@10 is trec_eval's ndcg_cut (the grade is the gain); recall@100 and MRR@10 count grades from 1 on.",
        "Intervals: 95%, bootstrap; p: two-sided paired randomisation test. Queries of one letter go together.",
        "p (Holm) allows for the number of systems held against the same one, within one kind of query.",
        f"{PERMUTATIONS:,} assignments are drawn, so no p is below {1 / (PERMUTATIONS + 1):.4f}.",
        f"Runs in TREC form, 100 deep, equal scores by id: `{RUNS}/`. Duplicates follow their representative.",
        "Times are of one query at a time on the machine that ran this; they alone change from run to run.",
    ]
    judged = "judged@10: share of the first ten that the judgements name; what they do not name counts as irrelevant."
    if all(grade > 0 for grades in dataset.qrels.values() for grade in grades.values()):
        judged += (
            " These name relevant items only, so the share counts items that were judged irrelevant as not judged."
        )
    return [*notes, judged]
