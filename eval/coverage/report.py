"""Coverage in figures: tables by kind and half, and the curve over thresholds, as Markdown and as a picture."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from config.calibration import Calibration
from eval.coverage.logistic import none_rates
from eval.coverage.measure import MODES, Measured, Mode
from eval.coverage.texts import Half
from service.coverage import coverage

_HALVES: tuple[Half, ...] = ("fit", "held")
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_RANK = ("none", "related", "close")

# Okabe and Ito's palette, as in eval/plots.py; dashed where the vocabulary is emptied.
_COLOURS = {False: "#D55E00", True: "#0072B2"}
_DASHES: dict[Mode, str] = {"vocabulary": "-", "emptied": "--"}
_DPI = 150


def told(one: Measured, calibration: Calibration) -> str:
    """Return a request's coverage: that of its best covered item."""
    return max((coverage(item, calibration) for item in one.items), key=_RANK.index)


def table(measured: Sequence[Measured], calibration: Calibration) -> str:
    """Return a Markdown table: by mode, half and kind the requests and the shares called none, related and close."""
    lines = ["| vocabulary | half | kind | requests | none | related | close |", "|---|---|---|---|---|---|---|"]
    for mode, half in itertools.product(MODES, _HALVES):
        mine = [one for one in measured if one.mode == mode and one.half == half]
        groups = {kind: [one for one in mine if one.request.kind == kind] for kind in _kinds(mine)}
        groups["**all off-topic**"] = [one for one in mine if not one.request.answerable]
        groups["**all answerable**"] = [one for one in mine if one.request.answerable]
        lines.extend(_line(mode, half, name, group, calibration) for name, group in groups.items())
    return "\n".join(lines)


def _kinds(measured: Sequence[Measured]) -> list[str]:
    return list(dict.fromkeys(one.request.kind for one in measured))


def _line(mode: Mode, half: Half, kind: str, mine: Sequence[Measured], calibration: Calibration) -> str:
    found = [told(one, calibration) for one in mine]
    shares = " | ".join(f"{100 * found.count(name) / len(found):.1f}%" if found else "" for name in _RANK)
    return f"| {mode} | {half} | {kind} | {len(found)} | {shares} |"


def curve_table(measured: Sequence[Measured], calibration: Calibration) -> str:
    """Return the curve on the held-out half in numbers: the share called none at each threshold."""
    held = [one for one in measured if one.half == "held"]
    lines = [
        "| threshold | off-topic | answerable | off-topic, emptied | answerable, emptied |",
        "|---|---|---|---|---|",
    ]
    for threshold in sorted({*_THRESHOLDS, calibration.related, calibration.close}):
        rates = none_rates(held, calibration, threshold)
        name = {calibration.related: " (related)", calibration.close: " (close)"}.get(threshold, "")
        shares = " | ".join(f"{100 * rates[mode, answerable]:.1f}%" for mode in MODES for answerable in (False, True))
        lines.append(f"| {threshold:g}{name} | {shares} |")
    return "\n".join(lines)


def draw_curve(measured: Sequence[Measured], calibration: Calibration, path: Path) -> None:
    """Draw, for the held-out half, the share of requests called none over the threshold."""
    held = [one for one in measured if one.half == "held"]
    thresholds = np.linspace(0, 1, 201)
    curves = [none_rates(held, calibration, float(place)) for place in thresholds]
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for mode in MODES:
        for answerable, colour in _COLOURS.items():
            name = f"{'answerable' if answerable else 'off-topic'}{', vocabulary emptied' if mode == 'emptied' else ''}"
            shares = [100 * rates[mode, answerable] for rates in curves]
            axes.plot(thresholds, shares, color=colour, linestyle=_DASHES[mode], label=name)
    for threshold, name in ((calibration.related, "related"), (calibration.close, "close")):
        axes.axvline(threshold, color="0.4", linewidth=0.8)
        axes.text(threshold, 101, name, ha="center", va="bottom", fontsize="small")
    axes.set(xlabel="threshold on the probability", ylabel="called none, % of requests", xlim=(0, 1), ylim=(0, 100))
    axes.grid(color="0.9", linewidth=0.8)
    axes.legend(frameon=False, fontsize="small", loc="center left")
    figure.savefig(path, dpi=_DPI)
