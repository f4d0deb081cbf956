"""The two plots of a written report."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from eval.metrics import NDCG
from eval.report import Report

# Okabe and Ito's palette: told apart by colour-blind readers too (Color Universal Design, 2008). Without its yellow.
_COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# Of another number than the colours, so that a pair of the two comes back only after 63 series.
_MARKS = "osD^vPX*<"
_ALL = "all queries"
_DPI = 150

_Value = tuple[float, float, float]


def plot_quality(path: Path, reports: Sequence[Report]) -> None:
    """Draw nDCG@10 with its 95% interval by system, one mark for all queries and one for each kind."""
    kinds = [_ALL, *reports[0].by_kind]
    if len(kinds) == 2:  # noqa: PLR2004 - one kind alone is all queries
        kinds = [_ALL]
    figure, axes = _axes(width=2.2 + 0.55 * len(reports) + 0.25 * len(reports) * len(kinds))
    step = 0.7 / len(kinds)
    for number, kind in enumerate(kinds):
        values = [_value(report, kind) for report in reports]
        places = [place + step * (number - (len(kinds) - 1) / 2) for place in range(len(reports))]
        _marks(axes, number, places, values, kind)
    axes.set_xticks(range(len(reports)), [report.system.replace("-", "-\n", 1) for report in reports])
    axes.set_xlim(-0.5, len(reports) - 0.5)
    for edge in range(1, len(reports)):
        axes.axvline(edge - 0.5, color="0.9", linewidth=0.8)
    _finish(path, figure, axes, f"Quality on {reports[0].dataset}", legend=len(kinds) > 1)


def plot_latency(path: Path, reports: Sequence[Report]) -> None:
    """Draw nDCG@10 with its 95% interval against the time of the median query."""
    figure, axes = _axes(width=7.0)
    for number, report in enumerate(reports):
        _marks(axes, number, [report.latency_ms["p50"]], [_value(report, _ALL)], report.system)
    axes.set_xscale("log")
    # A decade has three ticks, for systems of like speed may all stand within one.
    low, high = axes.get_xlim()
    axes.set_xlim(low / 1.5, high * 1.5)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("milliseconds a query, median (log scale)")
    axes.grid(axis="x", color="0.9", linewidth=0.8)
    _finish(path, figure, axes, f"Latency against quality on {reports[0].dataset}", legend=True)


def _value(report: Report, kind: str) -> _Value:
    """Return nDCG@10 and its interval."""
    if kind == _ALL:
        return report.metrics[NDCG], *report.interval[NDCG]
    return report.by_kind[kind][NDCG], *report.interval_by_kind[kind][NDCG]


def _axes(width: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _marks(axes: Axes, number: int, places: Sequence[float], values: Sequence[_Value], label: str) -> None:
    """Draw one series of marks with whiskers."""
    axes.errorbar(
        places,
        [value for value, _, _ in values],
        yerr=[[value - low for value, low, _ in values], [high - value for value, _, high in values]],
        label=label,
        color=_COLOURS[number % len(_COLOURS)],
        marker=_MARKS[number % len(_MARKS)],
        markersize=6,
        linestyle="none",
        capsize=3,
        elinewidth=1.2,
    )


def _finish(path: Path, figure: Figure, axes: Axes, title: str, *, legend: bool) -> None:
    axes.set_ylabel("nDCG@10 with 95% interval")
    axes.set_ylim(0, 1)
    axes.set_title(title, loc="left", fontsize=11)
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    # Without the program's version the same figures give the same file.
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
