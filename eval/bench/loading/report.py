"""What a run under load came to: figures as JSON, memory over time as a plot."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from eval.bench.loading.clients import OK, PATHS, Asked

_MEGA = 2**20


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the most, in the values' own unit."""
    if not values:
        return {}
    p50, p95, p99 = np.percentile(values, (50, 95, 99))
    named = {"p50": p50, "p95": p95, "p99": p99, "max": max(values)}
    return {name: round(float(value), 1) for name, value in named.items()}


def requests(asked: Sequence[Asked], seconds: float) -> dict[str, object]:
    """Return counts by status and times of the good answers by path, in milliseconds."""
    statuses = Counter(one.status for one in asked)
    return {
        "asked": len(asked),
        "answered_per_second": round(statuses[OK] / seconds, 1),
        "by_status": {str(status): count for status, count in sorted(statuses.items())},
        "ms": {path: percentiles([one.ms for one in asked if (one.path, one.status) == (path, OK)]) for path in PATHS},
    }


def growth(samples: Sequence[tuple[float, int, int]]) -> dict[str, float]:
    """Return memory of all processes, in MiB: at a third of the run, at its end, the most, and the slope since a third.

    The first third warms up: caches fill, and libraries take their arenas.
    """
    later = samples[len(samples) // 3 :]
    if len(later) < 2:  # noqa: PLR2004 - a slope needs two
        return {}
    minutes = np.asarray([at / 60 for at, _, _ in later])
    sizes = np.asarray([size / _MEGA for _, size, _ in later])
    slope = np.polyfit(minutes, sizes, 1)[0]
    return {
        "third": round(float(sizes[0])),
        "end": round(float(sizes[-1])),
        "most": round(float(max(size for _, size, _ in samples) / _MEGA)),
        "mib_per_minute": round(float(slope), 2),
    }


def plot_memory(path: Path, samples: Sequence[tuple[float, int, int]], published: Sequence[float]) -> None:
    """Draw memory over time; a line at each publication."""
    figure = Figure(figsize=(7.0, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([at for at, _, _ in samples], [size / _MEGA for _, size, _ in samples], color="#0072B2")
    for at in published:
        axes.axvline(at, color="#D55E00", linewidth=0.8, linestyle="--")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("seconds")
    axes.set_ylabel("MiB in RAM, all processes")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150, metadata={"Software": None})
