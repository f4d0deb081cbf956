"""Coverage in figures: tables by kind and half, and the curve over thresholds, as Markdown and as a picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from config.calibration import Calibration
from eval.coverage.logistic import none_rates
from eval.coverage.measure import MODES, Measured, Mode
from eval.coverage.texts import Half
from service.coverage import coverage, probability

_HALVES: tuple[Half, ...] = ("fit", "held")
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_RANK = ("none", "related", "close")

_SIZE, _LEFT, _TOP, _PLOT = (760, 470), 64, 24, (660, 380)
_INK = (40, 40, 40)
_COLOURS: dict[tuple[Mode, bool], tuple[int, int, int]] = {
    ("vocabulary", False): (178, 34, 34),
    ("vocabulary", True): (30, 90, 160),
    ("emptied", False): (236, 150, 120),
    ("emptied", True): (130, 180, 225),
}


def told(one: Measured, calibration: Calibration) -> str:
    """Return a request's coverage: that of its best covered item."""
    return max((coverage(item, calibration) for item in one.items), key=_RANK.index)


def table(measured: Sequence[Measured], calibration: Calibration) -> str:
    """Return a Markdown table: for each mode, half and kind the requests and the shares called none, related and close."""
    lines = ["| vocabulary | half | kind | requests | none | related | close |", "|---|---|---|---|---|---|---|"]
    for mode in MODES:
        for half in _HALVES:
            mine = [one for one in measured if one.mode == mode and one.half == half]
            kinds = list(dict.fromkeys(one.request.kind for one in mine))
            for kind in kinds:
                lines.append(_line(mode, half, kind, [one for one in mine if one.request.kind == kind], calibration))
            for answerable, name in ((False, "**all off-topic**"), (True, "**all answerable**")):
                lines.append(_line(mode, half, name, [one for one in mine if one.request.answerable == answerable], calibration))
    return "\n".join(lines)


def _line(mode: Mode, half: Half, kind: str, mine: Sequence[Measured], calibration: Calibration) -> str:
    found = [told(one, calibration) for one in mine]
    shares = " | ".join(f"{100 * found.count(name) / len(found):.1f}%" if found else "" for name in _RANK)
    return f"| {mode} | {half} | {kind} | {len(found)} | {shares} |"


def curve_table(measured: Sequence[Measured], calibration: Calibration) -> str:
    """Return the curve on the held-out half in numbers: the share called none at each threshold."""
    held = [one for one in measured if one.half == "held"]
    lines = ["| threshold | off-topic | answerable | off-topic, emptied | answerable, emptied |", "|---|---|---|---|---|"]
    for threshold in sorted({*_THRESHOLDS, calibration.related, calibration.close}):
        rates = none_rates(held, calibration, threshold)
        name = {calibration.related: " (related)", calibration.close: " (close)"}.get(threshold, "")
        shares = " | ".join(f"{100 * rates[mode, answerable]:.1f}%" for mode in MODES for answerable in (False, True))
        lines.append(f"| {threshold:g}{name} | {shares} |")
    return "\n".join(lines)


def draw_curve(measured: Sequence[Measured], calibration: Calibration, path: Path) -> None:
    """Draw, for the held-out half, the share of requests called none over the threshold."""
    held = [one for one in measured if one.half == "held"]
    image = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(image)
    _axes(pen)
    thresholds = np.linspace(0, 1, 201)
    curves = [none_rates(held, calibration, float(place)) for place in thresholds]
    for number, (group, colour) in enumerate(_COLOURS.items()):
        line = [_place(float(x), rates[group]) for x, rates in zip(thresholds, curves, strict=True)]
        pen.line(line, fill=colour, width=3)
        name = f"{'answerable' if group[1] else 'off-topic'}{', vocabulary emptied' if group[0] == 'emptied' else ''}"
        pen.text((_LEFT + 420, _TOP + 130 + 18 * number), name, fill=colour)
    for threshold, name in ((calibration.related, "related"), (calibration.close, "close")):
        pen.line([_place(threshold, 0), _place(threshold, 1)], fill=_INK)
        pen.text((_place(threshold, 1)[0] - 20, _TOP - 16), name, fill=_INK)
    image.save(path)


def _axes(pen: ImageDraw.ImageDraw) -> None:
    for tenth in range(0, 11, 2):
        pen.line([_place(0, tenth / 10), _place(1, tenth / 10)], fill=(225, 225, 225))
        pen.text((_LEFT - 40, _place(0, tenth / 10)[1] - 6), f"{10 * tenth}%", fill=_INK)
        pen.text((_place(tenth / 10, 0)[0] - 8, _TOP + _PLOT[1] + 8), f"{tenth / 10:g}", fill=_INK)
    pen.line([_place(0, 1), _place(0, 0), _place(1, 0)], fill=_INK)
    pen.text((_LEFT + 150, _TOP + _PLOT[1] + 30), "threshold on the probability; upright: share of requests called none", fill=_INK)


def _place(x: float, y: float) -> tuple[float, float]:
    return _LEFT + x * _PLOT[0], _TOP + (1 - y) * _PLOT[1]
