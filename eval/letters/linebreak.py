"""Breaking a block's runs into lines, for PDF (measured in points) and for text (measured in characters)."""

import re
from collections.abc import Callable, Iterator

from eval.letters.blocks import Run

Line = tuple[Run, ...]
Measure = Callable[[Run], float]

# A line may break after white space, and after a hyphen inside a word: '11-21-' / '2016', 'L4-' / '5'.
BREAKS = re.compile(r"(?<=\s)(?=\S)|(?<=[^\s-]-)(?=\w)")


def break_lines(runs: tuple[Run, ...], width: float, measure: Measure) -> tuple[Line, ...]:
    """Break runs greedily into lines.

    Args:
        runs: the runs of one block; white space must stand wherever two of them may part.
        width: the room of a line, in the unit of `measure`.
        measure: gives the width of a run.

    Returns:
        The lines, at least one. A line broken at a space keeps that space at its end, as a typeset letter
        does: that is what tells it from a line broken after a hyphen.
    """
    lines: list[list[Run]] = [[]]
    used = 0.0
    for piece in _pieces(runs, width, measure):
        if lines[-1] and used + measure(Run(piece.text.rstrip(), piece.bold)) > width:
            lines.append([])
            used = 0.0
        lines[-1].append(piece)
        used += measure(piece)
    return tuple(_merged(line) for line in lines)


def _pieces(runs: tuple[Run, ...], width: float, measure: Measure) -> Iterator[Run]:
    """Cut runs wherever a line may break; a piece too long for any line is cut where it must be."""
    for run in runs:
        for text in filter(None, BREAKS.split(run.text)):
            piece = Run(text, run.bold)
            while measure(Run(piece.text.rstrip(), piece.bold)) > width:
                cut = _room(piece, width, measure)
                yield Run(piece.text[:cut], piece.bold)
                piece = Run(piece.text[cut:], piece.bold)
            yield piece


def _room(piece: Run, width: float, measure: Measure) -> int:
    """Return how many characters of a piece fit in a line, at least one."""
    cut = len(piece.text)
    while cut > 1 and measure(Run(piece.text[:cut], piece.bold)) > width:
        cut -= 1
    return cut


def _merged(line: list[Run]) -> Line:
    """Join neighbouring pieces of one weight."""
    merged: list[Run] = []
    for piece in line:
        if merged and merged[-1].bold == piece.bold:
            merged[-1] = Run(merged[-1].text + piece.text, piece.bold)
        else:
            merged.append(piece)
    return tuple(merged)
