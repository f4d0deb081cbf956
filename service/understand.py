"""From a pasted text to the items it asks for.

What reviewers paste drowns the two words that matter in two pages of history. A request's sentences are weighed by
the cues in them (config/vocabulary/request_cues.toml) and by where they stand; the phrases of the weightiest are the
items, each searched on its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from indexer.parse.matcher import Match
from indexer.parse.normalise import Normaliser
from indexer.parse.titles import in_dispute, read_quantity
from indexer.records import Laterality, Record, Treatment
from indexer.sentences import sentence_spans
from service.cues import Cues, load_cues, phrases

# A text of so few words is taken as a whole: a title, or a question.
_SHORT = 45
# Phrases whose weight comes this near the weightiest are items too.
_NEAR = 0.75
_EDGES = " \t\r\n.,;:-\u2013\u2022*\"'"
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*\u2022\u2013])\s+")
_JOINED = re.compile(
    r"\b(?:with|under|using|without|including|for|of|via|to|in|vs|or)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE
)
_TRAILING = re.compile(r"^(?:and|plus)\s+|[\s,;]+(?:and|plus|along with)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;\n]|\band\b|\bplus\b|\balong with\b", re.IGNORECASE)
_SURGERY = "Surgery > "


class RequestedItem(Record, frozen=True):
    """One item that a request asks for."""

    text: str
    treatments: tuple[Treatment, ...]
    body_regions: tuple[str, ...]
    laterality: tuple[Laterality, ...]
    quantity: str | None


class _Candidate(NamedTuple):
    text: str
    weight: float
    place: int


def understand(text: str, normaliser: Normaliser, most: int) -> tuple[RequestedItem, ...]:
    """Return the items a text asks for, at least one and at most `most`, in the order they stand."""
    framed = in_dispute(text)
    if framed is not None:
        return (_requested(_before_end(framed), normaliser),)
    if len(text.split()) <= _SHORT:
        pieces = list(_short(text, normaliser))
    else:
        pieces = [piece for phrase in _weightiest(text) for piece in _items(phrase, normaliser)]
    kept = list(dict.fromkeys(piece for piece in pieces if piece)) or [text.strip()]
    return tuple(_requested(piece, normaliser) for piece in kept[:most])


def _requested(phrase: str, normaliser: Normaliser) -> RequestedItem:
    return RequestedItem(
        text=phrase,
        treatments=normaliser.treatments(phrase),
        body_regions=normaliser.regions(phrase),
        laterality=normaliser.laterality(phrase),
        quantity=read_quantity(phrase),
    )


def _before_end(framed: str) -> str:
    end = load_cues().ends.search(framed)
    return framed[: end.start()] if end else framed.split("\n\n", maxsplit=1)[0].strip(_EDGES)


def _short(text: str, normaliser: Normaliser) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(normaliser.treatments(line) for line in lines):
        yield from (_bare(line) for line in lines)
        return
    found = phrases(text, load_cues())
    if found and not text.rstrip().endswith("?") and normaliser.treatments(text[found[0].start : found[0].end]):
        text = text[found[0].start : found[0].end]
    yield from _items(text, normaliser)


def _bare(text: str) -> str:
    return _NUMBERED.sub("", text).strip(_EDGES)


def _weightiest(text: str) -> list[str]:
    """Return the phrases of a long text that its weightiest cues point at, in the order they stand."""
    candidates = list(_candidates(text, load_cues()))
    if not candidates:
        return []
    most = max(candidate.weight for candidate in candidates)
    near = [candidate for candidate in candidates if candidate.weight >= most - _NEAR]
    return [candidate.text for candidate in sorted(near, key=lambda candidate: candidate.place)]


def _candidates(text: str, cues: Cues) -> Iterator[_Candidate]:
    paragraphs = list(re.finditer(r"\S(?:.|\n(?!\s*\n))*", text))
    for number, paragraph in enumerate(paragraphs):
        alone = number in (0, len(paragraphs) - 1) and len(paragraphs) > 1
        short = len(paragraph.group().split()) <= cues.alone_words
        bonus = cues.alone_bonus if alone and short else 0.0
        for span in sentence_spans(paragraph.group()):
            sentence = paragraph.group()[span.start : span.end]
            for phrase in phrases(sentence, cues)[:1]:
                place = paragraph.start() + span.start + phrase.start
                yield _Candidate(sentence[phrase.start : phrase.end], phrase.weight + bonus, place)


def _items(phrase: str, normaliser: Normaliser) -> list[str]:
    """Split a phrase that names several items: at each separator between treatments that stand for themselves."""
    mentions = normaliser.treatment_mentions(phrase)
    cuts = [cut for before, after in pairwise(mentions) if (cut := _cut(phrase, before, after))]
    edges = [0, *cuts, len(phrase)]
    return [_bare(_TRAILING.sub("", _bare(phrase[start:end]))) for start, end in pairwise(edges)]


def _cut(phrase: str, before: Match[Treatment], after: Match[Treatment]) -> int | None:
    """Return where to cut between two treatments, or None where they are one item."""
    between = phrase[before.end : after.start]
    if before.value.concept == after.value.concept or _JOINED.search(between) or between.strip().startswith("("):
        return None
    if _are_one(phrase, before, after, between):
        return None
    separators: Sequence[re.Match[str]] = list(_SEPARATOR.finditer(between))
    return before.end + separators[-1].end() if separators else None


def _are_one(phrase: str, before: Match[Treatment], after: Match[Treatment], between: str) -> bool:
    """Whether neighbours are parts of one item: steps of one operation, or ingredients of one cream."""
    surgery = before.value.category.startswith(_SURGERY) and after.value.category.startswith(_SURGERY)
    compound = "%" in between or "%" in phrase[after.end : after.end + 8]
    return surgery or compound
