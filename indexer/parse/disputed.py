"""Disputed items as records: each part a span of the canonical text, what is asked for in the vocabulary's terms."""

from collections.abc import Iterator, Sequence

from indexer.parse.citations import read_citations
from indexer.parse.dependence import dependences
from indexer.parse.invariant import Tile
from indexer.parse.items import ItemMarks
from indexer.parse.marks import Mark
from indexer.parse.normalise import Normaliser
from indexer.parse.reflow import Canonical
from indexer.parse.titles import Asked, read_title
from indexer.records import DisputedItem, Span, Treatment


def disputed_items(
    items: Sequence[ItemMarks],
    canonical: Canonical,
    normaliser: Normaliser,
) -> tuple[DisputedItem, ...]:
    """Make the records of a letter's items, numbered from 1."""
    asked = [read_title(item.decided.title) for item in items]
    treatments = [normaliser.treatments(one.request) for one in asked]
    depends = dependences(asked, treatments)
    return tuple(
        _item(number, *one, canonical, normaliser)
        for number, one in enumerate(zip(items, asked, treatments, depends, strict=True), start=1)
    )


def tiles(marks: Sequence[Mark], canonical: Canonical) -> Iterator[Tile]:
    """Return each part of the decisions, and each label apart from it, as a stretch of the canonical text."""
    for mark in marks:
        label, part = canonical.span(mark.start, mark.body), canonical.span(mark.body, mark.end)
        if label.text:
            yield Tile(part="label", start=label.start, end=label.end)
        if part.text:
            yield Tile(part=mark.part, start=part.start, end=part.end)


def _item(
    number: int,
    found: ItemMarks,
    asked: Asked,
    treatments: tuple[Treatment, ...],
    depends_on: int | None,
    canonical: Canonical,
    normaliser: Normaliser,
) -> DisputedItem:
    theirs = _span(found.parts.get("claims_administrator_guideline"), canonical)
    ours = _span(found.parts.get("imr_guideline"), canonical)
    rationale = found.parts["rationale"]
    return DisputedItem(
        number=number,
        heading=canonical.span(found.heading.start, found.heading.end),
        title=asked.title,
        request=asked.request,
        outcome=found.decided.outcome,
        claims_administrator_guideline=theirs,
        imr_guideline=ours,
        rationale=canonical.span(rationale.body, rationale.end),
        citations=(*read_citations(theirs, "claims_administrator"), *read_citations(ours, "imr")),
        treatments=treatments,
        body_regions=normaliser.regions(asked.request),
        laterality=normaliser.laterality(asked.request),
        quantity=asked.quantity,
        retrospective=asked.retrospective,
        depends_on=depends_on,
    )


def _span(mark: Mark | None, canonical: Canonical) -> Span | None:
    return canonical.span(mark.body, mark.end) if mark else None
