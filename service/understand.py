"""From a pasted text to the items it asks for.

What reviewers paste drowns the two words that matter in two pages of history. A request's sentences are weighed by
the cues in them (config/vocabulary/request_cues.toml) and by where they stand; the phrases of the weightiest are the
items, each searched on its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from config.terms import FamilyTerm
from indexer.parse.matcher import Match
from indexer.parse.normalise import Normaliser
from indexer.parse.titles import in_dispute, read_quantity
from indexer.records import ItemOutcome, Laterality, Record, Treatment
from indexer.sentences import sentence_spans
from service.cues import end_of_item, history_cost, load_cues, phrases
from service.focus import focus

# A text of so few words is taken as a whole: a title, or a question.
_SHORT = 45
_EDGES = " \t\r\n.,;:-\u2013\u2022*\"'"
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*\u2022\u2013])\s+")
_JOINED = re.compile(
    r"\b(?:with|under|using|without|including|for|of|via|to|in|vs|or)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE
)
_TRAILING = re.compile(r"^(?:and|plus)\s+|[\s,;]+(?:and|plus|along with)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;\n]|\band\b|\bplus\b|\balong with\b", re.IGNORECASE)
_SURGERY = "Surgery > "


class RequestedItem(Record, frozen=True):
    """One item that a request asks for.

    `families` are the classes asked for where no single treatment is, `mentioned` the treatments that the request only
    names in its reason, `outcome` the outcome that it names.
    """

    text: str
    treatments: tuple[Treatment, ...]
    body_regions: tuple[str, ...]
    laterality: tuple[Laterality, ...]
    quantity: str | None
    families: tuple[FamilyTerm, ...] = ()
    mentioned: tuple[Treatment, ...] = ()
    outcome: ItemOutcome | None = None


class _Candidate(NamedTuple):
    """A phrase that may name an item; `source` is the sentence or list it stands in."""

    text: str
    weight: float
    place: int
    source: int


def understand(text: str, normaliser: Normaliser, most: int) -> tuple[RequestedItem, ...]:
    """Return the items a text asks for, at least one and at most `most`, in the order they stand."""
    framed = in_dispute(text)
    if framed is not None and (left := _before_end(framed)):
        return (_requested(left, normaliser),)
    pieces = _short(text, normaliser) if len(text.split()) <= _SHORT else _weightiest(text, normaliser)
    kept = list(dict.fromkeys(piece for piece in pieces if piece)) or [text.strip()]
    return tuple(_requested(piece, normaliser) for piece in kept[:most])


def _requested(phrase: str, normaliser: Normaliser) -> RequestedItem:
    about = focus(phrase, normaliser)
    return RequestedItem(
        text=phrase,
        treatments=about.treatments,
        body_regions=normaliser.regions(phrase),
        laterality=normaliser.laterality(phrase),
        quantity=read_quantity(phrase),
        families=about.families,
        mentioned=about.mentioned,
        outcome=about.outcome,
    )


def _before_end(framed: str) -> str:
    cues = load_cues()
    end = end_of_item(framed, 0, cues)
    return framed[:end] if end < len(framed) else framed.split("\n\n", maxsplit=1)[0].strip(_EDGES)


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


def _weightiest(text: str, normaliser: Normaliser) -> list[str]:
    """Return the items that a long text's weightiest phrases name, in the order they stand.

    Mentions of the same treatment add up; what stands in one list with the weightiest is asked for with it.
    """
    weights = load_cues().weights
    by_treatment: dict[frozenset[str], list[_Candidate]] = {}
    for candidate in _candidates(text, normaliser):
        for piece in _items(candidate.text, normaliser):
            concepts = frozenset(treatment.concept for treatment in normaliser.treatments(piece))
            key = concepts or frozenset([piece.casefold()])
            by_treatment.setdefault(key, []).append(candidate._replace(text=piece))
    if not by_treatment:
        return []
    totals: list[tuple[float, _Candidate]] = []
    for mentions in by_treatment.values():
        best, *others = sorted(mentions, key=lambda mention: -mention.weight)
        totals.append((best.weight + weights.again * sum(max(0.0, other.weight) for other in others), best))
    top, first = max(totals, key=lambda total: total[0])
    kept = [best for total, best in totals if total >= top - weights.near or best.source == first.source]
    return [candidate.text for candidate in sorted(kept, key=lambda candidate: candidate.place)]


def _candidates(text: str, normaliser: Normaliser) -> Iterator[_Candidate]:
    weights = load_cues().weights
    paragraphs = list(re.finditer(r"\S(?:.|\n(?!\s*\n))*", text))
    for number, found in enumerate(paragraphs):
        paragraph = found.group()
        at_edge = number in (0, len(paragraphs) - 1) and len(paragraphs) > 1
        alone = at_edge and len(paragraph.split()) <= weights.alone_words
        bonus = weights.alone_bonus if alone else 0.0
        listed = list(_listed(paragraph, found.start(), normaliser, weights.listed + bonus))
        yield from listed or _said(paragraph, found.start(), normaliser, bonus)


def _listed(paragraph: str, place: int, normaliser: Normaliser, weight: float) -> Iterator[_Candidate]:
    """Return the lines of a list ('1. Norco', '- MRI') that name a known treatment."""
    offset = 0
    for line in paragraph.splitlines(keepends=True):
        named = line[: end_of_item(line, 0, load_cues())]
        if _NUMBERED.match(line) and normaliser.treatments(named):
            yield _Candidate(_bare(named), weight, place + offset, place)
        offset += len(line)


def _said(paragraph: str, place: int, normaliser: Normaliser, bonus: float) -> Iterator[_Candidate]:
    """Return what the sentences of a paragraph ask for; one that stands alone asks even without a cue."""
    cues = load_cues()
    for span in sentence_spans(paragraph):
        sentence = paragraph[span.start : span.end]
        source = place + span.start
        found = phrases(sentence, cues)
        if found:
            phrase = found[0]
            yield _Candidate(sentence[phrase.start : phrase.end], phrase.weight + bonus, source + phrase.start, source)
        elif bonus:
            known = bool(normaliser.treatments(sentence))
            weight = cues.weights.alone_known if known else cues.weights.alone_unknown
            weight -= history_cost(sentence, cues)
            yield _Candidate(sentence[: end_of_item(sentence, 0, cues)], weight + bonus, source, source)


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
