"""Page furniture: running heads and page numbers are set aside, with their place."""

from collections.abc import Sequence

from indexer.parse.layouts import furniture
from indexer.read.lines import Break, Line
from indexer.records import RemovedLine


def set_aside(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[RemovedLine, ...]]:
    """Split lines into those of the letter and those of the page.

    The white space around a removed line passes to the line after it, so that a page's edge stays one.
    """
    kept: list[Line] = []
    removed: list[RemovedLine] = []
    pending: Line | None = None
    for number, line in enumerate(lines, start=1):
        if any(pattern.fullmatch(line.text) for pattern in furniture().lines):
            removed.append(RemovedLine(text=line.text, page=line.page, line=number))
            if pending is None or pending.before == "none":
                pending = line
            continue
        kept.append(line if pending is None else _after_removed(line, pending))
        pending = None
    return tuple(kept), tuple(removed)


def _after_removed(line: Line, removed: Line) -> Line:
    before: Break = "page" if "page" in (line.before, removed.before) else "blank"
    return Line(text=line.text, page=line.page, before=before, bold=line.bold, full=line.full)


def case_in_running_heads(removed: Sequence[RemovedLine]) -> str | None:
    """Return the case number that a running head names, if any does."""
    for line in removed:
        if found := furniture().case.search(line.text):
            return found["case"].upper()
    return None
