"""The decisions section, split into disputed items: each character in exactly one part."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from config.errors import LetterRejected
from indexer.parse.layouts import Layout
from indexer.parse.reflow import Canonical, Paragraph
from indexer.records import ItemOutcome, Record, Span

_LABELLED = ("claims_administrator_guideline", "imr_guideline", "rationale")


class ItemParts(Record, frozen=True):
    """One disputed item's parts as spans of the canonical text."""

    heading: Span
    outcome: ItemOutcome
    claims_administrator_guideline: Span | None
    imr_guideline: Span | None
    rationale: Span


class _Piece(NamedTuple):
    """A part of the decisions section: `start` to `body` is its label, `body` to `end` what it says."""

    part: str
    start: int
    body: int
    end: int


def split_items(
    paragraphs: Sequence[Paragraph],
    canonical: Canonical,
    layout: Layout,
) -> tuple[tuple[ItemParts, ...], tuple[str, ...]]:
    """Split the decisions section by disputed item.

    Returns:
        The items in order, and warnings.

    Raises:
        LetterRejected: text stands before the first item, a part is twice or missing, or parts do not tile the
            section (the nothing-lost invariant), with the place named.
    """
    pieces = _pieces(paragraphs, canonical, layout)
    _tiles(pieces, canonical)
    items: list[ItemParts] = []
    warnings: list[str] = []
    for number, group in enumerate(_grouped(pieces, canonical), start=1):
        item, odd = _item(number, group, canonical, layout)
        warnings.extend(odd)
        if item is not None:
            items.append(item)
    if not items:
        raise LetterRejected("no disputed item in the decisions section")
    return tuple(items), tuple(warnings)


def _pieces(paragraphs: Sequence[Paragraph], canonical: Canonical, layout: Layout) -> list[_Piece]:
    """Name each paragraph's part; one without label or outcome goes on with the part before it."""
    pieces: list[_Piece] = []
    for paragraph in paragraphs:
        text = canonical.of(paragraph)
        label = layout.label_of(text)
        if paragraph.heading:
            pieces.append(_Piece("heading", paragraph.start, paragraph.start, paragraph.end))
        elif label:
            pieces.append(_Piece(label[0], paragraph.start, paragraph.start + label[1], paragraph.end))
        elif not pieces:
            raise LetterRejected(f"text before the first disputed item: '{text[:60]}'")
        else:
            pieces[-1] = pieces[-1]._replace(end=paragraph.end)
    return pieces


def _tiles(pieces: Sequence[_Piece], canonical: Canonical) -> None:
    for before, after in pairwise(pieces):
        if before.end > after.start or canonical.text[before.end : after.start].strip():
            raise LetterRejected(f"text lost at character {before.end}: '{canonical.text[before.end :][:40]}'")


def _grouped(pieces: Sequence[_Piece], canonical: Canonical) -> list[list[_Piece]]:
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if piece.part == "heading":
            groups.append([piece])
        elif groups:
            groups[-1].append(piece)
        else:
            found = canonical.text[piece.start : piece.start + 60]
            raise LetterRejected(f"a part without an item's heading before it: '{found}'")
    return groups


def _item(
    number: int,
    group: Sequence[_Piece],
    canonical: Canonical,
    layout: Layout,
) -> tuple[ItemParts | None, list[str]]:
    heading, *parts = group
    by_part: dict[str, _Piece] = {}
    for piece in parts:
        if piece.part in by_part:
            raise LetterRejected(f"item {number}: two parts '{piece.part.replace('_', ' ')}' under one heading")
        by_part[piece.part] = piece
    spans = {part: _span(by_part.get(part), canonical) for part in _LABELLED}
    warnings = [f"item {number}: no {part.replace('_', ' ')}" for part in _LABELLED if spans[part] is None]
    rationale = spans["rationale"]
    if rationale is None:
        return None, warnings
    text = canonical.text[heading.start : heading.end]
    found = layout.outcome.search(text)
    if found is None:
        raise LetterRejected(f"item {number}: no outcome in its heading '{text[:60]}'")
    outcome: ItemOutcome = "upheld" if found["outcome"].lower() == "upheld" else "overturned"
    return (
        ItemParts(
            heading=canonical.span(heading.start, heading.end),
            outcome=outcome,
            claims_administrator_guideline=spans["claims_administrator_guideline"],
            imr_guideline=spans["imr_guideline"],
            rationale=rationale,
        ),
        warnings,
    )


def _span(piece: _Piece | None, canonical: Canonical) -> Span | None:
    if piece is None:
        return None
    span = canonical.span(piece.body, piece.end)
    return span if span.text else None
