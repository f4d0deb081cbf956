"""The nothing-lost invariant, held at every parse.

Each character of a letter that is no white space is in its canonical text or in the log of removed furniture, in
order; and each of its sections of decisions is tiled by headings, labels, guidelines and rationales: joined, they
give the section back.
"""

from collections.abc import Iterable, Sequence

from config.errors import LetterRejected
from indexer.read.lines import Line
from indexer.records import DisputedItem, Record, RemovedLine, Span

_SHOWN = 40


class Tile(Record, frozen=True):
    """A stretch of the canonical text that is one part, or one label ('label'), of the decisions."""

    part: str
    start: int
    end: int


def hold_lines(lines: Iterable[Line], removed: Sequence[RemovedLine], text: str) -> None:
    """Hold that the lines of a file are the canonical text and the furniture, white space apart.

    Raises:
        LetterRejected: a character is missing, added or moved, with the place named.
    """
    furniture = {line.line: line.text for line in removed}
    kept = _Reader(text)
    for number, line in enumerate(lines, start=1):
        if number in furniture:
            if furniture[number] != line.text:
                raise LetterRejected(f"furniture logged wrongly at line {number}: '{line.text[:_SHOWN]}'")
        elif not kept.takes(line.text):
            raise LetterRejected(f"text lost at line {number}: '{line.text[:_SHOWN]}'")
    if kept.rest():
        raise LetterRejected(f"text added: '{kept.rest()[:_SHOWN]}'")


def hold_tiles(text: str, section: Span, tiles: Sequence[Tile]) -> None:
    """Hold that the parts tile a section of decisions: nothing but white space between them, nothing twice.

    Raises:
        LetterRejected: a part overlaps another, or text is in none, with the place named.
    """
    place = section.start
    for tile in sorted(tiles, key=lambda tile: (tile.start, tile.end)):
        if tile.start < place:
            raise LetterRejected(f"text in two parts at character {tile.start}: '{text[tile.start :][:_SHOWN]}'")
        _empty(text, place, tile.start)
        place = tile.end
    _empty(text, place, section.end)


def hold_items(items: Iterable[DisputedItem], tiles: Sequence[Tile]) -> None:
    """Hold that what is said of each item is one of the parts, whole.

    Raises:
        LetterRejected: a span is no part, with its place named.
    """
    known = {(tile.part, tile.start, tile.end) for tile in tiles}
    for item in items:
        spans = {
            "heading": item.heading,
            "claims_administrator_guideline": item.claims_administrator_guideline,
            "imr_guideline": item.imr_guideline,
            "rationale": item.rationale,
        }
        for part, span in spans.items():
            if span is not None and (part, span.start, span.end) not in known:
                raise LetterRejected(f"item {item.number}: its {part.replace('_', ' ')} is no part of the letter")


class _Reader:
    """Takes a text's characters in order, white space skipped."""

    def __init__(self, text: str) -> None:
        self._text = "".join(text.split())
        self._place = 0

    def takes(self, piece: str) -> bool:
        folded = "".join(piece.split())
        begins = self._text.startswith(folded, self._place)
        self._place += len(folded) if begins else 0
        return begins

    def rest(self) -> str:
        return self._text[self._place :]


def _empty(text: str, start: int, end: int) -> None:
    if text[start:end].strip():
        raise LetterRejected(f"text in no part at character {start}: '{text[start:end].strip()[:_SHOWN]}'")
