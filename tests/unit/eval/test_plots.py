"""The plots: what is drawn, and that they are files."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from eval.metrics import METRICS
from eval.plots import plot_latency, plot_quality
from eval.report import Report


def report(system: str, value: float, milliseconds: float, *kinds: str) -> Report:
    figures = dict.fromkeys(METRICS, value)
    interval = dict.fromkeys(METRICS, (value - 0.1, value + 0.05))
    return Report(
        system=system,
        dataset="toy",
        n_queries=2,
        metrics=figures,
        by_kind={kind: {"n_queries": 1, **figures} for kind in kinds},
        interval=interval,
        interval_by_kind=dict.fromkeys(kinds, interval),
        judged_at_10=0.5,
        latency_ms={"p50": milliseconds, "p95": 2 * milliseconds},
    )


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Keep the figures that are saved."""
    figures: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *arguments: object, **options: object) -> None:
        figures.append(figure)
        save(figure, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures


def labels(figure: Figure) -> list[str]:
    legend = figure.axes[0].get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def test_quality_by_system_and_kind(tmp_path: Path, drawn: list[Figure]) -> None:
    plot_quality(
        tmp_path / "q.png",
        [report("full", 0.6, 40, "titles", "narratives"), report("bm25", 0.3, 1, "titles", "narratives")],
    )
    assert (tmp_path / "q.png").read_bytes().startswith(b"\x89PNG")
    axes = drawn[0].axes[0]
    assert labels(drawn[0]) == ["all queries", "titles", "narratives"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["full", "bm25"]
    marks, _, (whiskers,) = axes.containers[1]  # type: ignore[misc]
    assert list(marks.get_ydata()) == [0.6, 0.3]
    assert [list(line[:, 1]) for line in whiskers.get_segments()] == [
        pytest.approx([0.5, 0.65]),
        pytest.approx([0.2, 0.35]),
    ]


@pytest.mark.parametrize("kinds", [(), ("only",)])
def test_queries_of_one_kind_need_no_legend(tmp_path: Path, drawn: list[Figure], kinds: tuple[str, ...]) -> None:
    plot_quality(tmp_path / "q.png", [report("full", 0.6, 40, *kinds)])
    assert labels(drawn[0]) == []
    assert len(drawn[0].axes[0].containers) == 1


def test_latency_against_quality(tmp_path: Path, drawn: list[Figure]) -> None:
    plot_latency(tmp_path / "l.png", [report("full", 0.6, 40), report("bm25", 0.3, 30)])
    axes = drawn[0].axes[0]
    assert labels(drawn[0]) == ["full", "bm25"]
    assert [(marks.get_xdata()[0], marks.get_ydata()[0]) for marks, _, _ in axes.containers] == [(40, 0.6), (30, 0.3)]  # type: ignore[misc]
    low, high = axes.get_xlim()
    assert [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert all(not text.get_text() for text in axes.get_xticklabels(minor=True))
