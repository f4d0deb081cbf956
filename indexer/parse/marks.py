"""What opens the parts of disputed items: headings, labels, and sentences that serve as labels.

A mark is a candidate until the order of parts confirms it: prose may hold the same words.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence

from config.errors import LetterRejected
from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout, Part
from indexer.parse.sections import Section
from indexer.records import Record

_ORDER: dict[Part, int] = {"heading": 0, "claims_administrator_guideline": 1, "imr_guideline": 2, "rationale": 3}
_SHOWN = 60


class Mark(Record, frozen=True):
    """The start of a part: its label from `start` to `body` (equal where it has none), its text to `end`.

    `firm` marks are labels at a line's start: out of their order they break the letter; others are then prose.
    """

    part: Part
    start: int
    body: int
    end: int
    firm: bool


def openers(joined: Joined, section: Section, layout: Layout) -> list[Mark]:
    """Return every label and every part-opening sentence in a section, in order, firm ones first."""
    found = [*_labels(joined, section, layout), *_sentences(joined, section, layout)]
    return sorted(found, key=lambda mark: (mark.start, not mark.firm))


def _labels(joined: Joined, section: Section, layout: Layout) -> Iterator[Mark]:
    for part, pattern in layout.labels.items():
        for found in pattern.finditer(joined.text, section.body, section.end):
            firm = joined.opens_line(found.start())
            if firm or joined.may_open(found.start()):
                yield Mark(part=part, start=found.start(), body=found.end(), end=section.end, firm=firm)


def _sentences(joined: Joined, section: Section, layout: Layout) -> Iterator[Mark]:
    for part, pattern in layout.sentences.items():
        for found in pattern.finditer(joined.text, section.body, section.end):
            if joined.may_open(found.start()):
                yield Mark(part=part, start=found.start(), body=found.start(), end=section.end, firm=False)


def in_order(candidates: Iterable[Mark], joined: Joined, *, headed: bool) -> tuple[Mark, ...]:
    """Keep the candidates that stand in an item's order: heading, the two guidelines, rationale.

    Args:
        candidates: sorted by place.
        joined: the letter.
        headed: whether each item's parts follow its heading; else a label after a rationale opens the next item.

    Raises:
        LetterRejected: a label stands where its part cannot, with the place named.
    """
    kept: list[Mark] = []
    for mark in candidates:
        if kept and mark.start < kept[-1].body:
            continue
        if _follows(mark, kept[-1] if kept else None, headed=headed):
            kept.append(mark)
        elif mark.firm:
            found = joined.text[mark.start : mark.start + _SHOWN]
            raise LetterRejected(f"a part of an item out of its place: '{found}'")
    return tuple(kept)


def _follows(mark: Mark, last: Mark | None, *, headed: bool) -> bool:
    if mark.part == "heading":
        return last is None or last.part in {"heading", "rationale"}
    if last is None or last.part == "rationale":
        return not headed and mark.firm
    return _ORDER[mark.part] > _ORDER[last.part]


def ended(marks: Sequence[Mark], sections: Sequence[Section]) -> tuple[Mark, ...]:
    """End each mark's part where the next one, or the section, ends."""
    stops = sorted({mark.start for mark in marks} | {section.end for section in sections})
    return tuple(
        Mark(
            part=mark.part,
            start=mark.start,
            body=mark.body,
            end=stops[bisect.bisect_right(stops, mark.start)],
            firm=mark.firm,
        )
        for mark in marks
    )
