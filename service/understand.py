"""From a pasted text to the items it asks for.

What reviewers paste drowns the two words that matter in two pages of history. A short text is taken as it stands: a
title, a list, a question. In a longer one, or one with labels, what it asks for is found by its words and its layout
(service/asked.py); each item is searched on its own.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from config.terms import FamilyTerm
from indexer.parse.normalise import Normaliser
from indexer.parse.titles import in_dispute, read_quantity
from indexer.records import ItemOutcome, Laterality, Record, Treatment
from service.asked import asked_phrases
from service.bounded import within_bounds
from service.clinical import clinical_sentences, context_of
from service.cues import end_of_item, load_cues, phrases
from service.dose import read_dose
from service.focus import focus
from service.names import Names
from service.pieces import bare, split_items
from service.placed import is_sited, side_of, sited_part
from service.sections import Block, blocks, load_layout

# A text of so few words is taken as a whole: a title, or a question.
_SHORT = 45
# A phrase that goes on longer names nothing further on.
_LONGEST_PHRASE = 10_000
_STRONG = 3.5
# A question of more words, in several sentences, tells a story around what it asks.
_QUESTION = 25
_LISTED = 2
_RETROSPECTIVE = re.compile(r"\bretro(?:spective(?:ly)?)?\b|\bDOS\b|\bdates? of service\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\s*(?:is|are|was|were|what|which|when|where|how|has|have|do|does|did|can|could|should|would|will|why|who|any|find|show"
    r"|(?:i.?m |i am )?looking for|(?:i )?need (?:cases|decisions|precedents?))\b",
    re.IGNORECASE,
)


class RequestedItem(Record, frozen=True):
    """One item that a request asks for.

    `text` is the phrase that names it, of a question the whole question; `context` the sentences around it that tell
    the clinical picture and what is argued, empty where there are none. `families` are the classes asked for
    where no single treatment is, `mentioned` the treatments that the phrase only names in its reason, `outcome` the
    outcome that it names.
    """

    text: str
    treatments: tuple[Treatment, ...]
    body_regions: tuple[str, ...]
    laterality: tuple[Laterality, ...]
    quantity: str | None
    dose: str | None = None
    context: str = ""
    retrospective: bool = False
    families: tuple[FamilyTerm, ...] = ()
    mentioned: tuple[Treatment, ...] = ()
    outcome: ItemOutcome | None = None


def understand(text: str, normaliser: Normaliser, most: int) -> tuple[RequestedItem, ...]:
    """Return the items a text asks for, at least one and at most `most`, in the order they stand."""
    names = Names(normaliser)
    text = within_bounds(text, names)
    framed = in_dispute(text)
    found = blocks(text)
    left = _before_end(framed) if framed else ""
    named = [(left, "")] if left else _named(text, found, names)
    kept = {phrase: detail for phrase, detail in reversed(named) if phrase} or {text.strip(): ""}
    chosen = list(reversed(kept.items()))[:most]
    told = clinical_sentences(text, found, names) if len(text.split()) > _SHORT else ()
    items = _placed([_requested(phrase, detail, normaliser) for phrase, detail in chosen], text, found, names)
    return tuple(
        msgspec.structs.replace(item, context=context_of(item.text, item.body_regions, told, names)) if told else item
        for item in items
    )


def _placed(items: Sequence[RequestedItem], text: str, found: Sequence[Block], names: Names) -> list[RequestedItem]:
    """Return items with the place and side of those that name none but need one, where only one is in play."""
    part = sited_part([(item.body_regions, item.laterality) for item in items], text, found, names)
    sited = []
    for item in items:
        if is_sited(item.treatments):
            regions, sides = (item.body_regions, item.laterality) if item.body_regions or not part else part
            sides = item.laterality or sides or side_of(regions, text, found, names)
            sited.append(msgspec.structs.replace(item, body_regions=regions, laterality=sides))
        else:
            sited.append(item)
    return sited


def _named(text: str, laid_out: Sequence[Block], names: Names) -> list[tuple[str, str]]:
    """Return the phrases that name what is asked for, each with its details."""
    short = len(text.split()) <= _SHORT
    if not is_weighed(text, laid_out, names):
        return [(phrase, "") for phrase in _short(text, names)]
    found = [(one.text, one.detail) for one in asked_phrases(text, laid_out, names)]
    if found or not short:
        return found
    return [(phrase, "") for phrase in _short(text, names)]


def is_weighed(text: str, laid_out: Sequence[Block], names: Names) -> bool:
    """Whether what a text asks for is sought mention by mention: it is long or laid out."""
    return len(text.split()) > _SHORT or _is_formal(text, laid_out, names)


def _is_formal(text: str, found: Sequence[Block], names: Names) -> bool:
    """Whether a short text is laid out under labels or as a table, or decides or asks in so many words."""
    cues = load_cues()
    if any(block.kind in {"asked", "plan", "approved"} for block in found):
        return True
    sentences = names.sentences(text)
    if _is_question(text):
        return len(sentences) > 1 and len(text.split()) > _QUESTION
    strong = [phrase for phrase in phrases(text, cues) if phrase.weight >= _STRONG]
    return bool(strong) or (len(sentences) > _LISTED and not all(block.listed for block in found))


def _is_question(text: str) -> bool:
    return text.rstrip().endswith("?") or bool(_ASKS.match(text))


def _requested(phrase: str, detail: str, normaliser: Normaliser) -> RequestedItem:
    """Read a phrase; what it does not say itself is read from what stands under the labels behind it."""
    phrase, detail = phrase[:_LONGEST_PHRASE], detail[:_LONGEST_PHRASE]
    said = f"{phrase}; {detail}" if detail else phrase
    about = focus(phrase, normaliser)
    return RequestedItem(
        text=phrase,
        treatments=about.treatments,
        body_regions=normaliser.regions(phrase) or normaliser.regions(detail),
        laterality=normaliser.laterality(phrase) or normaliser.laterality(detail),
        quantity=read_quantity(phrase) or read_quantity(said),
        dose=read_dose(phrase) or read_dose(said),
        retrospective=bool(_RETROSPECTIVE.search(phrase)),
        families=about.families,
        mentioned=about.mentioned,
        outcome=about.outcome,
    )


def _before_end(framed: str) -> str:
    cues = load_cues()
    end = end_of_item(framed, 0, cues)
    return bare(framed[:end] if end < len(framed) else framed.split("\n\n", maxsplit=1)[0])


def _short(text: str, names: Names) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _LISTED and all(load_layout().mark.match(line) for line in lines[1:]):
        lines = [line for line in lines if load_layout().mark.match(line)]
    if len(lines) > 1 and all(names.treatments(line) for line in lines):
        yield from (bare(line) for line in lines)
        return
    if _is_question(text) and not _is_list(text, names):
        yield text.strip()
        return
    found = phrases(text, load_cues())
    if found and not text.rstrip().endswith("?") and names.treatments(text[found[0].start : found[0].end]):
        text = text[found[0].start : found[0].end]
    yield from split_items(text, names)


def _is_list(text: str, names: Names) -> bool:
    """Whether a question names several items side by side and asks of each."""
    pieces: Sequence[str] = split_items(text, names)
    return len(pieces) > _LISTED
