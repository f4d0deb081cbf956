"""Which phrases of a long text ask for something: every mention weighed by its sentence's cues and its place.

What stands under a label of the requested, in a list or in a table weighs most; then what is asked for outright, what
was denied, what a plan holds. History, medication, findings and guidelines weigh nothing without a cue of their own.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.parse.normalise import Normaliser
from indexer.sentences import sentence_spans
from service.cues import Cues, Phrase, Role, apart, end_of_item, history_cost, load_cues, phrases
from service.pieces import split_items
from service.sections import Block, blocks, cells

# A sentence under a label of what is asked for that is no longer than this may name what no vocabulary knows.
_UNKNOWN_WORDS = 25
# What follows a treatment's name for so many characters may say that it is not asked for.
_BEHIND = 28
_UNKNOWN_COST = 1.0
_ASIDE = frozenset({"past", "clinical", "reason"})
_MANY_AGAIN = 0.5
# What no vocabulary knows counts beside what it knows only where a label says that it is asked for.
_CERTAIN = 5.0
# Only what asks now gains by standing first or last.
_NOW = 4.5
_ALLOWED = re.compile(
    r"(?<!non-)(?<!not )(?<!non)\b(?:certified|approved|authorized|allow(?:ed)?|granted)\b", re.IGNORECASE
)

_ALLOWED_ALONE = re.compile(r"\W*(?:certified|approved|authorized|allowed|granted)(?: as requested)?\W*", re.IGNORECASE)


class Candidate(NamedTuple):
    """A phrase that may name an item; `source` is the sentence, list or section it stands in."""

    text: str
    weight: float
    place: int
    source: int
    role: Role = "asked"
    detail: str = ""
    known: bool = True


class _Place(NamedTuple):
    """Where a block stands: whether its paragraph stands alone at the text's beginning or end."""

    bonus: float
    first: bool
    last: bool


def asked_phrases(text: str, normaliser: Normaliser) -> list[Candidate]:
    """Return what a text asks for, in the order it stands; empty where nothing does."""
    weights = load_cues().weights
    totals = [total for mentions in _by_item(text, normaliser) if (total := _total(mentions))]
    if any(best.known for _, best in totals):
        totals = [(total, best) for total, best in totals if best.known or best.weight >= _CERTAIN]
    if not totals:
        return []
    top, first = max(totals, key=lambda total: total[0])
    kept = [
        best for total, best in totals if total >= top - weights.near or (best.source == first.source and total > 0)
    ]
    return sorted(kept, key=lambda candidate: candidate.place)


def _by_item(text: str, normaliser: Normaliser) -> list[list[Candidate]]:
    """Return the mentions item by item: the same treatments, and regions of which one holds the other's."""
    items: list[tuple[frozenset[str], set[str], list[Candidate]]] = []
    for candidate in _candidates(text, normaliser):
        concepts = frozenset(treatment.concept for treatment in normaliser.treatments(candidate.text))
        regions = set(normaliser.regions(candidate.text))
        key = concepts or frozenset([candidate.text.casefold()])
        for named, places, mentions in items:
            if named == key and (places <= regions or regions <= places):
                places |= regions
                mentions.append(candidate)
                break
        else:
            items.append((key, regions, [candidate]))
    return [mentions for _, _, mentions in items]


def _total(mentions: Sequence[Candidate]) -> tuple[float, Candidate] | None:
    """Return the weight of all mentions of one treatment and the weightiest; None where it was allowed."""
    asked = [mention for mention in mentions if mention.role == "asked"]
    if not asked:
        return None
    best, *others = sorted(asked, key=lambda mention: -mention.weight)
    allowed = [mention for mention in mentions if mention.role == "approved"]
    latest = max(mention.place for mention in asked)
    if any(one.weight >= best.weight and one.place >= latest for one in allowed):
        return None
    again = load_cues().weights.again * sum(max(0.0, other.weight) for other in others)
    return best.weight + min(_MANY_AGAIN, again), best


def _candidates(text: str, normaliser: Normaliser) -> Iterator[Candidate]:
    found = blocks(text)
    latest: list[Candidate] = []
    for number, block in enumerate(found):
        named = list(_of_block(text, found, number, normaliser))
        if named:
            latest = named
        elif _ALLOWED_ALONE.fullmatch(text[block.start : block.end]):
            named = [one._replace(role="approved", place=block.start) for one in latest]
        yield from named


def _of_block(text: str, found: Sequence[Block], number: int, normaliser: Normaliser) -> Iterator[Candidate]:
    block = found[number]
    place = _place(found, block, text)
    if block.row:
        yield from _row(text, block, normaliser)
    elif block.kind == "approved":
        yield from _allowed(text, block, normaliser)
    elif block.kind in {"asked", "plan"}:
        detail = _detail(found, number, text)
        yield from _under_label(text, block, normaliser, detail)
    elif block.listed and block.kind in {"none", "other"}:
        yield from _listed(text, block, place, normaliser)
    elif block.kind != "detail":
        yield from _said(text, block, place, normaliser)


def _place(found: Sequence[Block], block: Block, text: str) -> _Place:
    cues = load_cues().weights
    last = found[-1].paragraph
    first = found[0].paragraph
    paragraph = [one for one in found if one.paragraph == block.paragraph]
    words = sum(len(text[one.start : one.end].split()) for one in paragraph)
    alone = first != last and block.paragraph in {first, last} and words <= cues.alone_words
    return _Place(cues.alone_bonus if alone else 0.0, block == found[0], block == found[-1])


def _detail(found: Sequence[Block], number: int, text: str) -> str:
    """Return what stands under the labels of detail right behind a block."""
    behind = []
    for block in found[number + 1 :]:
        if block.kind != "detail":
            break
        behind.append(text[block.start : block.end].strip())
    return " ".join(behind)


def _row(text: str, block: Block, normaliser: Normaliser) -> Iterator[Candidate]:
    """Return what a table's row asks for: from the first cell that names a treatment to the end of its sentence."""
    row = text[block.start : block.end]
    named = [first for first, last in cells(row) if normaliser.treatments(row[first:last])]
    if not named:
        return
    start = named[0]
    spans = sentence_spans(row[start:])
    said = row[start : start + spans[0].end]
    role: Role = "approved" if _ALLOWED.search(row) else "asked"
    for piece in _pieces(said, normaliser):
        yield Candidate(piece, load_cues().weights.asked, block.start + start, block.section, role)


def _allowed(text: str, block: Block, normaliser: Normaliser) -> Iterator[Candidate]:
    for piece in split_items(text[block.start : block.end], normaliser):
        if normaliser.treatments(piece):
            yield Candidate(piece, load_cues().weights.asked, block.start, block.section, "approved")


def _under_label(text: str, block: Block, normaliser: Normaliser, detail: str) -> Iterator[Candidate]:
    """Return what stands under a label: each sentence's phrases, or all of it up to where its naming ends."""
    cues = load_cues()
    asked = block.kind == "asked"
    weight = cues.weights.asked if asked else cues.weights.plan + (cues.weights.plan_listed if block.listed else 0.0)
    body = text[block.start : block.end]
    for number, span in enumerate(sentence_spans(body)):
        sentence = body[span.start : span.end]
        start = block.start + span.start
        found = apart(phrases(sentence, cues))
        if not found:
            found = [Phrase(0, end_of_item(sentence, 0, cues), weight)]
        for phrase in found:
            heavier = max(weight, phrase.weight) if phrase.role == "asked" else phrase.weight
            said = sentence[phrase.start : phrase.end]
            unknown = asked and number == 0
            for piece in _pieces(said, normaliser, unknown=unknown):
                known = bool(normaliser.treatments(piece))
                worth = heavier if known else heavier - _UNKNOWN_COST
                yield Candidate(piece, worth, start + phrase.start, -block.section, phrase.role, detail, known)


def _listed(text: str, block: Block, place: _Place, normaliser: Normaliser) -> Iterator[Candidate]:
    """Return a line of a list ('1. Norco', '- MRI') that names a known treatment."""
    cues = load_cues()
    line = text[block.start : block.end]
    approved = [phrase for phrase in phrases(line, cues) if phrase.role == "approved"]
    named = line[: end_of_item(line, 0, cues)]
    role: Role = "approved" if approved and not cues.unasked.search(line) else "asked"
    for piece in _pieces(named, normaliser):
        yield Candidate(
            piece, cues.weights.listed + place.bonus, block.start, -block.section - 1000 * block.paragraph, role
        )


def _said(text: str, block: Block, place: _Place, normaliser: Normaliser) -> Iterator[Candidate]:
    """Return what a block's sentences ask for; a paragraph that stands alone asks even without a cue."""
    cues = load_cues()
    body = text[block.start : block.end]
    spans = sentence_spans(body)
    aside = cues.weights.aside if block.kind in _ASIDE else 0.0
    for span in spans:
        sentence = body[span.start : span.end]
        source = block.start + span.start
        found = apart(phrases(sentence, cues))
        edge = (place.first and span == spans[0]) or (place.last and span == spans[-1])
        bonus = place.bonus - aside
        if not found and place.bonus and _is_bare(body, cues):
            found = [_alone(sentence, cues, normaliser)]
        for phrase in found:
            now = cues.weights.edge if edge and phrase.weight >= _NOW else 0.0
            decided = phrase.weight >= cues.weights.asked
            weight = cues.weights.asked if decided else min(phrase.weight + bonus + now, cues.weights.asked)
            for piece in _pieces(sentence[phrase.start : phrase.end], normaliser, unknown=True):
                known = bool(normaliser.treatments(piece))
                worth = weight if known else min(weight, _CERTAIN) - _UNKNOWN_COST
                yield Candidate(piece, worth, source + phrase.start, source, phrase.role, "", known)


def _is_bare(paragraph: str, cues: Cues) -> bool:
    """Whether a paragraph is so short that it may be a mere name, and no paper's title."""
    return len(paragraph.split()) <= cues.weights.alone_bare_words and not cues.title.search(paragraph)


def _alone(sentence: str, cues: Cues, normaliser: Normaliser) -> Phrase:
    known = bool(normaliser.treatments(sentence))
    weight = cues.weights.alone_known if known else cues.weights.alone_unknown
    return Phrase(0, end_of_item(sentence, 0, cues), weight - history_cost(sentence, cues))


def _pieces(phrase: str, normaliser: Normaliser, *, unknown: bool = False) -> list[str]:
    """Return the items a phrase names, without those it says are not asked for."""
    cues = load_cues()
    pieces = [piece for piece in split_items(phrase, normaliser) if piece and not cues.empty.match(piece)]
    known = [piece for piece in pieces if normaliser.treatments(piece)]
    if not known:
        return [piece for piece in pieces if unknown and _names_something(piece, cues)]
    return list(_asked_of(known, normaliser, cues))


def _asked_of(pieces: Sequence[str], normaliser: Normaliser, cues: Cues) -> Iterator[str]:
    """Yield the pieces asked for; words before a treatment that say it is not hold for those listed behind it."""
    past = False
    for piece in pieces:
        named = normaliser.treatment_mentions(piece)[0].start
        past = (past and not cues.asking.search(piece)) or bool(cues.unasked.search(piece, 0, named))
        if not past and not _is_unasked(piece, normaliser, cues):
            yield piece


def _names_something(piece: str, cues: Cues) -> bool:
    short = len(piece.split()) <= _UNKNOWN_WORDS
    return short and not cues.unasked.search(piece) and bool(re.search(r"[A-Za-z]{3}", piece))


def _is_unasked(piece: str, normaliser: Normaliser, cues: Cues) -> bool:
    last = normaliser.treatment_mentions(piece)[-1]
    return bool(cues.unasked.search(piece, 0, last.end + _BEHIND))
