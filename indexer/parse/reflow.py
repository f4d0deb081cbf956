"""Wrapped lines become paragraphs: the canonical text, with the page of every character.

White space is all that changes: wraps become spaces (none after a hyphen at a line's end), paragraphs are set apart
by a blank line.
"""

import bisect
from collections.abc import Sequence

from indexer.parse.headings import heading_runs
from indexer.parse.layouts import Layout
from indexer.read.lines import Line, ends_sentence
from indexer.records import PageStart, Record, Span

PARAGRAPH_BREAK = "\n\n"


class Paragraph(Record, frozen=True):
    """A paragraph's place in the canonical text; `heading` marks the heading of a disputed item."""

    start: int
    end: int
    heading: bool = False


class Canonical(Record, frozen=True):
    """A letter's canonical text, its paragraphs, and where its pages begin (nowhere in text files)."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    page_starts: tuple[PageStart, ...]

    def of(self, paragraph: Paragraph) -> str:
        """Return a paragraph's text."""
        return self.text[paragraph.start : paragraph.end]

    def page_at(self, offset: int) -> int | None:
        """Return the page that a character stands on; None for text files."""
        place = bisect.bisect_right(self.page_starts, offset, key=lambda entry: entry.start) - 1
        return self.page_starts[max(place, 0)].page if self.page_starts else None

    def span(self, start: int, end: int) -> Span:
        """Return the span [start, end) less the white space at its ends."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end = max(start, end - (len(piece) - len(piece.rstrip())))
        last = max(start, end - 1)
        return Span(
            text=self.text[start:end],
            start=start,
            end=end,
            page=self.page_at(start),
            page_end=self.page_at(last),
        )


def reflow(lines: Sequence[Line], layout: Layout) -> Canonical:
    """Join a letter's lines into the canonical text."""
    runs = heading_runs(lines, layout)
    starts = {run.start for run in runs}
    inside = {index for run in runs for index in run}
    ends = {run.stop for run in runs}
    pieces: list[str] = []
    paragraphs: list[Paragraph] = []
    page_starts: list[PageStart] = []
    offset = 0
    for index, line in enumerate(lines):
        heading = index in inside
        fresh = index in starts or index in ends or (not heading and _breaks(lines, index, layout))
        joint = _joint(pieces, fresh=fresh)
        offset += len(joint)
        pieces.append(joint)
        if fresh:
            paragraphs.append(Paragraph(start=offset, end=offset, heading=heading))
        if line.page is not None and (not page_starts or page_starts[-1].page != line.page):
            page_starts.append(PageStart(page=line.page, start=offset))
        pieces.append(line.text)
        offset += len(line.text)
        paragraphs[-1] = Paragraph(start=paragraphs[-1].start, end=offset, heading=paragraphs[-1].heading)
    return Canonical(text="".join(pieces), paragraphs=tuple(paragraphs), page_starts=tuple(page_starts))


def _joint(pieces: Sequence[str], *, fresh: bool) -> str:
    if not pieces:
        return ""
    if fresh:
        return PARAGRAPH_BREAK
    before = pieces[-1]
    # '10-30-' + '2016' and 'Pre-' + 'operative' close up; ' - ' is a dash and keeps its space.
    return "" if before.endswith("-") and not before.endswith(" -") else " "


def _breaks(lines: Sequence[Line], index: int, layout: Layout) -> bool:
    """Whether a line that is no item heading begins a paragraph."""
    line = lines[index]
    if index == 0 or layout.opens(line.text):
        return True
    before = lines[index - 1]
    if layout.section_of(before.text):
        return True
    if line.before == "none":
        return False
    if line.bold is None or line.before == "page":
        # A page's edge (in text files, a run of blank lines) may fall inside a paragraph.
        return ends_sentence(before.text) and not (line.before == "page" and before.full)
    return True
