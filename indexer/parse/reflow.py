"""The canonical text: paragraphs set apart by a blank line, no hard wraps, with the page of every character.

White space is all that changes between a letter's lines and this text.
"""

import bisect
from collections.abc import Iterable, Sequence

from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout
from indexer.parse.marks import Mark
from indexer.parse.sections import Section
from indexer.read.lines import ends_sentence
from indexer.records import PageStart, Record, Span

PARAGRAPH_BREAK = "\n\n"


class Canonical(Record, frozen=True):
    """A letter's canonical text. Places are asked for by their offset in the joined text that it was made from."""

    text: str
    cuts: tuple[int, ...]
    shifts: tuple[int, ...]
    page_starts: tuple[PageStart, ...]

    def place(self, offset: int) -> int:
        """Return where a character of the joined text stands."""
        cut = bisect.bisect_right(self.cuts, offset)
        return offset + (self.shifts[cut - 1] if cut else 0)

    def page_at(self, offset: int) -> int | None:
        """Return the page that a character of the canonical text stands on; None for text files."""
        entry = bisect.bisect_right(self.page_starts, offset, key=lambda start: start.start) - 1
        return self.page_starts[max(entry, 0)].page if self.page_starts else None

    def span(self, start: int, end: int) -> Span:
        """Return the span of the joined text's [start, end), less the white space at its ends."""
        first, last = self.place(start), self.place(end)
        piece = self.text[first:last]
        first += len(piece) - len(piece.lstrip())
        last = max(first, last - (len(piece) - len(piece.rstrip())))
        return Span(
            text=self.text[first:last],
            start=first,
            end=last,
            page=self.page_at(first),
            page_end=self.page_at(max(first, last - 1)),
        )


def reflow(joined: Joined, sections: Sequence[Section], marks: Sequence[Mark], layout: Layout) -> Canonical:
    """Set a letter's paragraphs apart: at headings and labels, never within them, elsewhere by the lines' places."""
    whole = [(one.start, one.body) for one in sections[1:]]
    whole += [(mark.start, mark.end if mark.part == "heading" else mark.body) for mark in marks]
    forced = {place for one in sections for place in (one.start, joined.skip_space(one.heading_end), one.body)}
    forced |= {mark.start for mark in marks}
    forced |= {mark.end for mark in marks if mark.part == "heading"}
    by_place = set(_paragraph_starts(joined, layout)) - set(_within(joined, whole))
    cuts = sorted(cut for cut in forced | by_place if 0 < cut < len(joined.text))
    return _canonical(joined, cuts)


def _within(joined: Joined, whole: Iterable[tuple[int, int]]) -> Iterable[int]:
    """Return the lines' starts that fall inside a heading or label."""
    for start, end in whole:
        low, high = bisect.bisect_right(joined.starts, start), bisect.bisect_left(joined.starts, end)
        yield from joined.starts[low:high]


def _paragraph_starts(joined: Joined, layout: Layout) -> Iterable[int]:
    for index, start in enumerate(joined.starts):
        if index and (_credential(joined, index, layout) or _breaks(joined, index)):
            yield start


def _credential(joined: Joined, index: int, layout: Layout) -> bool:
    return any(pattern.match(joined.text, joined.starts[index]) for pattern in layout.reviewer.values())


def _breaks(joined: Joined, index: int) -> bool:
    """Whether a line begins a paragraph, as far as its place tells."""
    before, line = joined.lines[index - 1], joined.lines[index]
    if line.before == "none":
        return False
    if line.bold is None or line.before == "page":
        # A page's edge (in text files, a run of blank lines) may fall inside a paragraph.
        return ends_sentence(before.text) and not (line.before == "page" and before.full)
    return True


def _canonical(joined: Joined, cuts: Sequence[int]) -> Canonical:
    pieces: list[str] = []
    shifts: list[int] = []
    shift = begun = 0
    for cut in cuts:
        piece = joined.text[begun:cut].rstrip()
        shift += len(PARAGRAPH_BREAK) - (cut - begun - len(piece))
        pieces += [piece, PARAGRAPH_BREAK]
        shifts.append(shift)
        begun = cut
    pieces.append(joined.text[begun:])
    canonical = Canonical(text="".join(pieces), cuts=tuple(cuts), shifts=tuple(shifts), page_starts=())
    return Canonical(
        text=canonical.text,
        cuts=canonical.cuts,
        shifts=canonical.shifts,
        page_starts=tuple(_page_starts(joined, canonical)),
    )


def _page_starts(joined: Joined, canonical: Canonical) -> Iterable[PageStart]:
    known: int | None = None
    for line, start in zip(joined.lines, joined.starts, strict=True):
        if line.page is not None and line.page != known:
            known = line.page
            yield PageStart(page=line.page, start=canonical.place(start))
