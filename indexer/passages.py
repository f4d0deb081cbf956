"""Passages: windows of whole sentences of one rationale, sized for the embedding model.

A window never runs over the model's limit, counted with the model's own tokenizer, so nothing is silently
truncated. The text that is embedded begins with what was asked for, since a window from the middle of a rationale
may not name it.
"""

from collections.abc import Callable, Sequence

from indexer.records import Determination, DisputedItem, Passage
from indexer.sentences import SentenceSpan, sentence_spans, trim

# Raised whenever a rationale may be cut otherwise: an index cuts again what another version cut.
PASSAGES_VERSION = "1"

Counter = Callable[[Sequence[str]], list[int]]

# Share of a window that the item's title may take; a longer one (partly authorised frames) is cut at a word.
_TITLE_SHARE = 0.25


def passages_of(
    determination: Determination,
    count: Counter,
    limit: int,
    overlap: int,
) -> tuple[Passage, ...]:
    """Cut each rationale of a determination into passages.

    Args:
        determination: the letter.
        count: counts the word pieces of texts as the embedding model does, special tokens left out.
        limit: pieces a passage may hold, its title included.
        overlap: sentences repeated from the passage before.
    """
    return tuple(
        passage
        for item in determination.items
        for passage in _item_passages(determination, item, count, limit, overlap)
    )


def _item_passages(
    determination: Determination,
    item: DisputedItem,
    count: Counter,
    limit: int,
    overlap: int,
) -> list[Passage]:
    head = _head(item.request, count, int(limit * _TITLE_SHARE))
    room = limit - count([head])[0]
    text = item.rationale.text
    sentences = _fitting(text, sentence_spans(text), count, room)
    sizes = count([text[span.start : span.end] for span in sentences])
    return [
        Passage(
            determination_id=determination.id,
            item=item.number,
            start=item.rationale.start + sentences[first].start,
            end=item.rationale.start + sentences[last].end,
            embedded=head + text[sentences[first].start : sentences[last].end],
        )
        for first, last in windows(sizes, room, overlap)
    ]


def _head(request: str, count: Counter, room: int) -> str:
    """Return the request as a sentence of its own, cut at a word where it would take too much of the window."""
    words = request.split()
    while words and count([_sentence(words)])[0] > room:
        words = words[: max(1, len(words) * 3 // 4)] if len(words) > 1 else []
    return _sentence(words) + " " if words else ""


def _sentence(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if text.endswith((".", "?", "!")) else text + "."


def _fitting(text: str, spans: Sequence[SentenceSpan], count: Counter, room: int) -> list[SentenceSpan]:
    """Return the sentences, each that is longer than a whole window cut at words into parts that fit."""
    sizes = count([text[span.start : span.end] for span in spans])
    fitting: list[SentenceSpan] = []
    for span, size in zip(spans, sizes, strict=True):
        fitting.extend([span] if size <= room else _cut(text, span, count, room))
    return fitting


def _cut(text: str, span: SentenceSpan, count: Counter, room: int) -> list[SentenceSpan]:
    """Halve a sentence at the space nearest its middle until each part fits or is a single character."""
    if span.end - span.start == 1 or count([text[span.start : span.end]])[0] <= room:
        return [span]
    middle = (span.start + span.end) // 2
    after, before = text.find(" ", middle, span.end), text.rfind(" ", span.start, middle)
    at = after if after >= 0 and (before < 0 or after - middle <= middle - before) else before
    at = middle if at < 0 else at
    halves = (trim(text, span.start, at), trim(text, at, span.end))
    return [part for half in halves if half for part in _cut(text, half, count, room)]


def windows(sizes: Sequence[int], room: int, overlap: int) -> list[tuple[int, int]]:
    """Return windows (first, last) of consecutive sentences that hold every sentence and at most `room` pieces.

    Each begins `overlap` sentences before the end of the last one, fewer where they would not leave room to advance.
    """
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(sizes):
        last = first
        total = sizes[first]
        while last + 1 < len(sizes) and total + sizes[last + 1] <= room:
            last += 1
            total += sizes[last]
        found.append((first, last))
        if last + 1 >= len(sizes):
            break
        first = max(first + 1, _next_first(sizes, last, room, overlap))
    return found


def _next_first(sizes: Sequence[int], last: int, room: int, overlap: int) -> int:
    first = last + 1
    total = sizes[first]
    while first > last + 1 - overlap and first > 0 and total + sizes[first - 1] <= room:
        first -= 1
        total += sizes[first]
    return first
