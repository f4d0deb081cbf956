"""The report of a measurement of vectors: JSON, a Markdown table, both distributions of neighbours in one picture."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

_COLUMNS = (
    "filter",
    "share",
    "limit",
    "flat_p50_ms",
    "ours_p50_ms",
    "flat_p95_ms",
    "ours_p95_ms",
    "ratio_p50",
    "ratio_processor",
    "recall_at_10",
    "recall_at_limit",
)


def write(out: Path, found: dict[str, Any]) -> None:
    """Write vectors.json, vectors.md and vectors.png into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    neighbours = found.pop("neighbours")
    (out / "vectors.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    (out / "vectors.md").write_text(table(found), encoding="utf-8")
    _plot(out / "vectors.png", neighbours)


def table(found: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    near, used = found["nearest_neighbours"], found["resident"]
    machine = f"FAISS {found['faiss']}, {found['cores']} cores, load {found['load']:.1f}"
    memory = (
        f"A process that opens it ({used['open_s']} s) and searches it 50 times holds {used['own_mb']:.0f} MB "
        f"of its own ({used['own_before_mb']:.0f} before) and {used['mapped_mb']:.0f} MB of mapped files."
    )
    kinds = found["kinds"]
    others = f"{kinds['vectors']:,} vectors: float16 {kinds['float16']}, int8 {kinds['int8']}."
    lines = [
        f"# {found['size']:,} vectors of {found['dimension']} dimensions",
        "",
        f"{machine}; built in {found['build_s']} s, {found['disk_mb']:,} MB on disk. {memory}",
        "",
        _row(_COLUMNS),
        _row(["---"] * len(_COLUMNS)),
        *(_row([str(search[column]) for column in _COLUMNS]) for search in found["searches"]),
        "",
        f"Exact search in other kinds, {others}",
        "",
        _row(["nearest-neighbour cosine", *(f"{quantile:.0%}" for quantile in near["quantiles"])]),
        _row(["---"] * (len(near["quantiles"]) + 1)),
        _row(["real", *map(str, near["real"])]),
        _row(["drawn", *map(str, near["drawn"])]),
        "",
    ]
    return "\n".join(lines)


def _row(cells: Any) -> str:  # noqa: ANN401 - any words
    return f"| {' | '.join(cells)} |"


def _plot(path: Path, neighbours: dict[str, list[float]]) -> None:
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for (name, cosines), colour in zip(neighbours.items(), ("#000000", "#D55E00"), strict=True):
        ordered = np.sort(cosines)
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        axes.step(ordered, share, where="post", label=f"{name} ({len(ordered):,})", color=colour)
    axes.set_xlabel("cosine with the nearest neighbour")
    axes.set_ylabel("share of passages")
    axes.set_title("Nearest neighbours, real and drawn")
    axes.grid(color="0.9")
    axes.legend()
    figure.savefig(path, dpi=150, bbox_inches="tight")
