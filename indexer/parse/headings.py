"""Which lines head a disputed item.

A heading ends with the outcome on the line before a label ('... L4-5, L5-S1: Upheld' / 'Claims Administrator
guideline: ...'). Where it *begins* must be told from the lines above: by weight in a PDF, by blank lines and
sentence ends in a text. Getting that wrong would give the last words of one rationale to the next title.
"""

from collections.abc import Sequence

from indexer.parse.layouts import Layout
from indexer.read.lines import Line, ends_sentence


def heading_runs(lines: Sequence[Line], layout: Layout) -> tuple[range, ...]:
    """Return the runs of lines that are item headings, in order."""
    runs = []
    for index, line in enumerate(lines[:-1]):
        if layout.outcome.search(_tail(lines, index)) and layout.label_of(lines[index + 1].text):
            if layout.label_of(line.text):
                continue
            runs.append(range(_first_line(lines, index, layout), index + 1))
    return tuple(runs)


def _tail(lines: Sequence[Line], index: int) -> str:
    """Return a line with the one before it, since 'is:' and 'Upheld' may be on two lines."""
    before = lines[index - 1].text + " " if index else ""
    return before + lines[index].text


def _first_line(lines: Sequence[Line], last: int, layout: Layout) -> int:
    first = last
    while first > 0 and _belongs(lines, first, layout):
        first -= 1
    return first


def _belongs(lines: Sequence[Line], first: int, layout: Layout) -> bool:
    """Whether the line above lines[first] is part of the same heading."""
    above, line = lines[first - 1], lines[first]
    if layout.opens(above.text) or layout.outcome.search(above.text):
        return False
    if layout.ends_preamble(_tail(lines, first - 1)):
        return False
    if above.bold:
        # The outcome itself need not be bold, and a long heading may leave it alone on its line.
        return line.before != "blank"
    return not line.bold and _belongs_by_text(lines, first, layout)


def _belongs_by_text(lines: Sequence[Line], first: int, layout: Layout) -> bool:
    above, line = lines[first - 1], lines[first]
    if layout.continues.search(line.text):
        return True
    if ends_sentence(above.text):
        return line.before == "none" and above.full and "original request" in above.text.lower()
    if line.before == "none":
        return True
    return line.text[:1].islower() or not _labelled(lines, first - 1, layout)


def _labelled(lines: Sequence[Line], index: int, layout: Layout) -> bool:
    """Whether the block of lines that holds lines[index] begins with a label: then it is no piece of a heading."""
    while index > 0 and lines[index].before == "none":
        if layout.opens(lines[index].text):
            return True
        index -= 1
    return layout.opens(lines[index].text)
