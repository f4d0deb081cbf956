"""Page furniture: running heads and page numbers are set aside, with their place."""

import functools
import re
import tomllib
from collections.abc import Sequence

from config.resources import LAYOUTS_DIR
from indexer.parse.layoutfiles import FURNITURE
from indexer.read.lines import Break, Line
from indexer.records import Record, RemovedLine

# A running head may be wrapped over this many lines.
_WRAPPED = 3


class Furniture(Record, frozen=True):
    """What a running head or a page number looks like, how a cut-off one ends a letter, what names the case."""

    lines: tuple[re.Pattern[str], ...]
    cut: tuple[re.Pattern[str], ...]
    case: re.Pattern[str]


@functools.cache
def furniture() -> Furniture:
    """Return the patterns of page furniture, read once a process."""
    data = tomllib.loads((LAYOUTS_DIR / FURNITURE).read_text(encoding="utf-8"))
    return Furniture(
        lines=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["line_patterns"]),
        cut=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["cut_patterns"]),
        case=re.compile(data["case_pattern"], re.IGNORECASE),
    )


def set_aside(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[RemovedLine, ...]]:
    """Split lines into those of the letter and those of the page.

    The white space around a removed line passes to the line after it, so that a page's edge stays one.
    """
    kept: list[Line] = []
    removed: list[RemovedLine] = []
    pending: Break | None = None
    place = 0
    while place < len(lines):
        count = _furniture_at(lines, place)
        for number in range(place, place + count):
            line = lines[number]
            removed.append(RemovedLine(text=line.text, page=line.page, line=number + 1))
            pending = "page" if "page" in (pending, line.before) else "blank"
        if count == 0:
            line = lines[place]
            kept.append(line if pending is None else _after_removed(line, pending))
            pending = None
        place += max(count, 1)
    return tuple(kept), tuple(removed)


def _furniture_at(lines: Sequence[Line], place: int) -> int:
    """Return how many lines from a place on are one running head or page number; 0 where none is."""
    known = furniture()
    for count in range(min(_WRAPPED, len(lines) - place), 0, -1):
        text = " ".join(line.text for line in lines[place : place + count])
        patterns = (*known.lines, *known.cut) if place + count == len(lines) else known.lines
        if any(pattern.fullmatch(text) for pattern in patterns):
            return count
    return 0


def _after_removed(line: Line, pending: Break) -> Line:
    before: Break = "page" if "page" in (line.before, pending) else "blank"
    return Line(text=line.text, page=line.page, before=before, bold=line.bold, full=line.full, spaced=line.spaced)


def case_in_running_heads(removed: Sequence[RemovedLine]) -> str | None:
    """Return the case number that a running head names, if any does."""
    found = furniture().case.search(" ".join(line.text for line in removed))
    return found["case"].upper() if found else None
