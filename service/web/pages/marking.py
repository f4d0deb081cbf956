"""Text in paragraphs with stretches marked, as plain records: only the template makes HTML of it, and escapes it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from indexer.records import Record, Span

Place = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+")


class Segment(Record, frozen=True):
    """A stretch of text; `anchor` where a link leads to it."""

    text: str
    marked: bool = False
    anchor: bool = False


Paragraphs = tuple[tuple[Segment, ...], ...]


def paragraphs(text: str, marked: Sequence[Place] = (), anchor: int | None = None) -> Paragraphs:
    """Return a text's paragraphs, cut at what is marked.

    Args:
        text: the text; a line is a paragraph, empty ones are left out.
        marked: stretches of it, which may overlap or reach over paragraphs.
        anchor: where the stretch begins that is linked to.
    """
    merged = _merged(marked)
    return tuple(
        tuple(_cut(text, line.start(), line.end(), merged, anchor))
        for line in _PARAGRAPH.finditer(text)
        if line[0].strip()
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


def _cut(text: str, start: int, end: int, marked: Sequence[Place], anchor: int | None) -> Iterator[Segment]:
    at = start
    for first, last in marked:
        low, high = max(first, at), min(last, end)
        if low >= high:
            continue
        if at < low:
            yield Segment(text=text[at:low])
        yield Segment(text=text[low:high], marked=True, anchor=low == anchor)
        at = high
    if at < end:
        yield Segment(text=text[at:end])
