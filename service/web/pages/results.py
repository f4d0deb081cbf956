"""What the page of results shows: each item asked for with its precedents."""

from urllib.parse import quote, urlencode

from indexer.reasonlist import reason_codes
from indexer.records import Record
from service.records import AskedItem, Citation, Matched, Precedent, SearchAnswer
from service.web.pages.marking import Paragraphs, paragraphs, places_of

COVERAGE = {
    "close": "The index holds decisions close to this.",
    "related": "The index holds related decisions, none of them close.",
    "none": "Nothing close: the index holds no decision like this.",
}


class Result(Record, frozen=True):
    """A precedent with its deciding passage, matched words marked, why it is here, and where it is read."""

    precedent: Precedent
    passage: Paragraphs
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


def result(precedent: Precedent) -> Result:
    """Return what is shown of a precedent."""
    why = precedent.matched
    passage = precedent.passages[why.passage.index if why.passage else 0] if precedent.passages else None
    words = (*why.terms, *why.concepts, *why.ingredients, *why.phrases)
    labels = {code.name: code.label for code in reason_codes()}
    return Result(
        precedent=precedent,
        passage=paragraphs(passage.text, places_of(words, passage.text)) if passage else (),
        page=passage.page if passage else None,
        because=_because(why),
        reasons=tuple(labels.get(code, code) for code in why.reasons),
        link=link_to(precedent.determination_id, precedent.item, (passage.start, passage.end) if passage else None),
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
