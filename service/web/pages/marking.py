"""Text in paragraphs with stretches marked, as plain records: only the template makes HTML of it, and escapes it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.records import Record, Span

Place = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+")


class Segment(Record, frozen=True):
    """A stretch of text; `anchor` where a link leads to it, `telling` where it says why it was decided so."""

    text: str
    marked: bool = False
    anchor: bool = False
    telling: bool = False


Paragraphs = tuple[tuple[Segment, ...], ...]


def paragraphs(
    text: str, marked: Sequence[Place] = (), anchor: int | None = None, telling: Sequence[Place] = ()
) -> Paragraphs:
    """Return a text's paragraphs, cut at what is marked and at what is telling.

    Args:
        text: the text; a line is a paragraph, empty ones are left out.
        marked: stretches of it, which may overlap or reach over paragraphs.
        anchor: where the stretch begins that is linked to.
        telling: stretches of it as `marked` has them.
    """
    merged, told = _merged(marked), _merged(telling)
    return tuple(
        tuple(_cut(text, line.span(), merged, anchor, told)) for line in _PARAGRAPH.finditer(text) if line[0].strip()
    )


def span_paragraphs(span: Span, place: Place | None) -> Paragraphs:
    """Return a span's paragraphs with a place of the determination marked and linked to."""
    if place is None:
        return paragraphs(span.text)
    start, end = place[0] - span.start, place[1] - span.start
    return paragraphs(span.text, [(start, end)], anchor=start)


def places_of(words: Iterable[str], text: str) -> list[Place]:
    """Return where words or phrases stand in a text as whole words, in any case."""
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = "|".join(r"\s+".join(map(re.escape, word.split())) for word in wanted)
    return [found.span() for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)]


def _merged(places: Sequence[Place]) -> list[Place]:
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(
    text: str, line: Place, marked: Sequence[Place], anchor: int | None, telling: Sequence[Place]
) -> Iterator[Segment]:
    ends = {at for place in (*marked, *telling) for at in place if line[0] < at < line[1]}
    for start, end in pairwise(sorted({*line, *ends})):
        hit = _holds(marked, start)
        yield Segment(text=text[start:end], marked=hit, anchor=hit and start == anchor, telling=_holds(telling, start))


def _holds(places: Sequence[Place], at: int) -> bool:
    return any(start <= at < end for start, end in places)
