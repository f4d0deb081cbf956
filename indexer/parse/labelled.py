"""Headings that end with the outcome before a label ('... L4-5, L5-S1: Upheld' / 'Claims Administrator guideline:').

Where such a heading *begins* must be told from the lines above: by its number, by weight in a PDF, by blank lines
and sentence ends in a text. Getting that wrong would give the last words of one rationale to the next title.
"""

import re
from collections.abc import Iterator, Sequence

from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout
from indexer.parse.marks import Mark
from indexer.parse.sections import Section
from indexer.read.lines import ends_sentence

_NUMBERED = re.compile(r"(\d{1,2}) ?[.)] \S")
_CUT_NUMBER = re.compile(r"(\d{1,2}) ?[.)](?= |$)")
# A heading that was cut off takes at most this many lines.
_CUT_HEADING_LINES = 6
# An outcome and the mark before it are shorter than this.
_CLOSING_WITHIN = 40
# A label that was cut off stands on the last line, or is wrapped once.
_CUT_LABEL_LINES = 2


def labelled_headings(joined: Joined, section: Section, layout: Layout, openers: Sequence[Mark]) -> Iterator[Mark]:
    """Return the headings of a section, in order."""
    count = 0
    numbered = False
    for end in _ends(joined, section, layout, openers):
        label = max((mark.body for mark in openers if mark.firm and mark.body <= end), default=None)
        start = _start(joined, section, layout, end, label)
        if numbered and label is not None:
            start = _at_number(joined, end, count + 1, label) or start
        elif count == 0:
            numbered = _number(joined, start) == 1
        count += 1
        yield heading(start, end)
    cut = cut_numbered(joined, section, count + 1) if numbered else _cut_bold(joined, section, openers)
    if cut is not None:
        yield heading(cut, section.end)


def heading(start: int, end: int) -> Mark:
    """Return a heading's mark."""
    return Mark(part="heading", start=start, body=start, end=end, firm=True)


def cut_numbered(joined: Joined, section: Section, number: int) -> int | None:
    """Return where a letter's last lines begin the heading of the item `number`, cut off before its end, or None."""
    first = max(len(joined.lines) - _CUT_HEADING_LINES, 1)
    for line in range(first, len(joined.lines)) if section.end == len(joined.text) else ():
        numbered = _CUT_NUMBER.match(joined.text, joined.starts[line])
        apart = joined.lines[line].before != "none" and ends_sentence(joined.lines[line - 1].text)
        if numbered and int(numbered[1]) == number and apart and joined.starts[line] > section.body:
            return joined.starts[line]
    return None


def _cut_bold(joined: Joined, section: Section, openers: Sequence[Mark]) -> int | None:
    """Return where a letter's last lines are a heading, told by weight, that was cut off before its outcome."""
    label = max((mark.start for mark in openers if mark.firm), default=section.body)
    line = len(joined.lines)
    while line > joined.line_at(label) + 1 and joined.lines[line - 1].bold:
        line -= 1
    ended = line < len(joined.lines) and ends_sentence(joined.lines[line - 1].text)
    return joined.starts[line] if ended and section.end == len(joined.text) else None


def _ends(joined: Joined, section: Section, layout: Layout, openers: Sequence[Mark]) -> Iterator[int]:
    """Return where headings end: an outcome, then what opens a part or may be the beginning of it."""
    places = {mark.start for mark in openers}
    if section.end == len(joined.text):
        places |= {start for start in joined.starts[-_CUT_LABEL_LINES:] if layout.begins_label(joined.text[start:])}
        places.add(section.end)
    for place in sorted(places):
        low = max(section.body, place - _CLOSING_WITHIN)
        if layout.closing.search(joined.text[low:place].rstrip()):
            yield place


def _start(joined: Joined, section: Section, layout: Layout, end: int, label: int | None) -> int:
    """Return where a heading that ends before `end` begins; `label` is the end of the last label before it."""
    if label is None and section.body > joined.skip_space(section.heading_end):
        # The set phrase that opens the section was found: what follows it can only be the first heading.
        return section.body
    low = joined.line_at(section.body if label is None else joined.skip_space(label))
    low += 1 if label is not None or not joined.opens_line(section.body) else 0
    line = joined.line_at(end - 1)
    while line > low and _goes_on(joined, line, low, layout):
        line -= 1
    return joined.starts[max(line, low)] if low <= joined.line_at(end - 1) else section.body


def _goes_on(joined: Joined, first: int, low: int, layout: Layout) -> bool:
    """Whether the line above line `first` is part of the same heading."""
    above, line = joined.lines[first - 1], joined.lines[first]
    if layout.closing.search(above.text):
        return False
    if above.bold:
        # The outcome itself need not be bold, and a long heading may leave it alone on its line.
        return line.before != "blank"
    return not line.bold and _goes_on_by_text(joined, first, low, layout)


def _goes_on_by_text(joined: Joined, first: int, low: int, layout: Layout) -> bool:
    above, line = joined.lines[first - 1], joined.lines[first]
    if layout.continues.search(line.text):
        return True
    if ends_sentence(above.text):
        # A frame's own sentences ('... was the original request.'), or a point within one ('H.' / 'pylori antibody').
        framed = above.full and "original request" in above.text.lower()
        return line.before == "none" and (framed or line.text[:1].islower())
    if line.before == "none":
        return True
    return line.text[:1].islower() or not _in_rationale(joined, first - 1, low)


def _in_rationale(joined: Joined, index: int, low: int) -> bool:
    """Whether the block of lines that holds a line is the one that began with the last label."""
    while index > low and joined.lines[index].before == "none":
        index -= 1
    return index <= low and joined.lines[index].before == "none"


def _number(joined: Joined, start: int) -> int | None:
    found = _NUMBERED.match(joined.text, start)
    return int(found[1]) if found else None


def _at_number(joined: Joined, end: int, number: int, label: int) -> int | None:
    """Return the nearest line above a heading's end that begins with the heading's number, or None."""
    lines = range(joined.line_at(end - 1), joined.line_at(label), -1)
    return next((joined.starts[line] for line in lines if _number(joined, joined.starts[line]) == number), None)
