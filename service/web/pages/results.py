"""What the page of results shows: each item asked for with its precedents."""

from collections import Counter
from urllib.parse import quote, urlencode

from indexer.reasonlist import reason_labels
from indexer.records import Record
from service.records import AskedItem, Citation, Matched, Precedent, SearchAnswer
from service.web.pages.marking import Paragraphs, paragraphs, places_of

_MORE = 30
_MOST = 100

COVERAGE = {
    "close": "The index holds decisions close to this.",
    "related": "The index holds related decisions, none of them close.",
    "none": "Nothing close: the index holds no decision like this.",
}


class Result(Record, frozen=True):
    """A precedent with a passage of it, why it is here, and where it is read.

    In the passage matched words are marked and the sentence that decides is telling; where that stands elsewhere it
    follows as `deciding`.
    """

    precedent: Precedent
    passage: Paragraphs
    deciding: Paragraphs
    page: int | None
    because: tuple[str, ...]
    reasons: tuple[str, ...]
    link: str


class AskedFor(Record, frozen=True):
    """An item asked for, as understood, with its results."""

    asked: AskedItem
    known: tuple[str, ...]
    coverage: str
    results: tuple[Result, ...]


def asked_for(answer: SearchAnswer) -> tuple[AskedFor, ...]:
    """Return an answer's results by item asked for."""
    return tuple(
        AskedFor(
            asked=asked,
            known=(*(treatment.concept for treatment in asked.treatments), *asked.body_regions, *asked.laterality),
            coverage=COVERAGE[asked.coverage],
            results=tuple(result(one) for one in answer.results if one.request == number),
        )
        for number, asked in enumerate(answer.requests)
    )


def more_than(limit: int, answer: SearchAnswer) -> int | None:
    """Return how many results to ask for next, or None where there are no more or that is the most."""
    held = Counter(one.request for one in answer.results)
    full = limit < _MOST and max(held.values(), default=0) >= limit
    return min(limit + _MORE, _MOST) if full else None


def result(precedent: Precedent) -> Result:
    """Return what is shown of a precedent."""
    why = precedent.matched
    passage = precedent.passages[why.passage.index if why.passage else 0] if precedent.passages else None
    words = (*why.terms, *why.concepts, *why.ingredients, *why.phrases)
    labels = reason_labels()
    told = precedent.deciding
    inside = passage is not None and told is not None and passage.start <= told.start and told.end <= passage.end
    telling = [(told.start - passage.start, told.end - passage.start)] if passage and told and inside else []
    linked = told or passage
    return Result(
        precedent=precedent,
        passage=paragraphs(passage.text, places_of(words, passage.text), telling=telling) if passage else (),
        deciding=() if told is None or inside else paragraphs(told.text, telling=[(0, len(told.text))]),
        page=linked.page if linked else None,
        because=_because(why),
        reasons=tuple(labels.get(code, code) for code in why.reasons),
        link=link_to(precedent.determination_id, precedent.item, (linked.start, linked.end) if linked else None),
    )


def link_to(determination_id: str, item: int, place: tuple[int, int] | None = None) -> str:
    """Return the address of an item's determination, at a quote where a place is given."""
    told = {"item": item} if place is None else {"item": item, "start": place[0], "end": place[1]}
    anchor = f"item-{item}" if place is None else "quote"
    return f"/determinations/{quote(determination_id, safe='')}?{urlencode(told)}#{anchor}"


def link_of(citation: Citation) -> str:
    """Return the address of a quote."""
    return link_to(citation.determination_id, citation.item, (citation.start, citation.end))


def _because(why: Matched) -> tuple[str, ...]:
    """Say why an item is among the results, most telling first."""
    same = tuple(dict.fromkeys((*why.concepts, *why.ingredients, *([why.category] if why.category else []))))
    parts = (
        ("same treatment" if why.concepts else "same kind", ", ".join(same)),
        ("same body region", ", ".join((*why.laterality, *why.body_regions))),
        ("shared words", ", ".join(why.terms)),
        ("found as quoted", ", ".join(f"\u201c{phrase}\u201d" for phrase in why.phrases)),
        ("nearness in meaning", "" if why.similarity is None else f"{why.similarity:.2f}"),
    )
    return tuple(f"{name}: {value}" for name, value in parts if value)
