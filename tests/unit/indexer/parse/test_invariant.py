"""The invariant holds for what is whole and names the place where something is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import LetterRejected
from indexer.parse.invariant import Tile, hold_items, hold_lines, hold_tiles
from indexer.read.lines import Line
from indexer.records import DisputedItem, RemovedLine, Span

TEXT = "A: Upheld\n\nWhy: so."
WHOLE = Span(text=TEXT, start=0, end=len(TEXT))
TILES = (
    Tile(part="heading", start=0, end=9),
    Tile(part="label", start=11, end=15),
    Tile(part="rationale", start=16, end=19),
)


def _lines(*texts: str) -> list[Line]:
    return [Line(text=text, page=None, before="none") for text in texts]


def test_lines_are_text_and_furniture() -> None:
    removed = (RemovedLine(text="Page 1", page=None, line=2),)
    hold_lines(_lines("A:", "Page 1", "Upheld", "Why: so."), removed, TEXT)


@pytest.mark.parametrize(
    ("lines", "text", "place"),
    [
        (["A: Upheld", "lost", "Why: so."], TEXT, "text lost at line 2: 'lost'"),
        (["A: Upheld"], TEXT, "text added: 'Why:so.'"),
        (["Why: so.", "A: Upheld"], TEXT, "text lost at line 1"),
    ],
)
def test_a_character_lost_added_or_moved_is_named(lines: list[str], text: str, place: str) -> None:
    with pytest.raises(LetterRejected, match=place):
        hold_lines(_lines(*lines), (), text)


def test_furniture_must_be_what_stood_there() -> None:
    with pytest.raises(LetterRejected, match="logged wrongly at line 1"):
        hold_lines(_lines("Page 1", TEXT), (RemovedLine(text="Page 2", page=None, line=1),), TEXT)


@given(st.text(), st.integers(0, 50))
def test_any_wrapping_holds_and_any_loss_does_not(text: str, place: int) -> None:
    lines = _lines(*text.splitlines())
    folded = "\n\n".join(text.splitlines())
    hold_lines(lines, (), folded)
    short = folded[:place] + folded[place + 1 :]
    if "".join(short.split()) != "".join(folded.split()):
        with pytest.raises(LetterRejected, match=r"text (lost|added)"):
            hold_lines(lines, (), short)


def test_parts_tile_the_section() -> None:
    hold_tiles(TEXT, WHOLE, TILES)


@pytest.mark.parametrize(
    ("tiles", "place"),
    [
        (TILES[1:], "in no part at character 0: 'A: Upheld'"),
        (TILES[:2], "in no part at character 15: 'so.'"),
        ((*TILES, Tile(part="imr_guideline", start=13, end=15)), "in two parts at character 13"),
    ],
)
def test_a_gap_and_an_overlap_are_named(tiles: tuple[Tile, ...], place: str) -> None:
    with pytest.raises(LetterRejected, match=place):
        hold_tiles(TEXT, WHOLE, tiles)


@pytest.mark.parametrize(("end", "lawful"), [(19, True), (18, False)])
def test_what_is_said_of_an_item_is_a_part_of_the_letter(*, end: int, lawful: bool) -> None:
    item = DisputedItem(
        number=1,
        heading=Span(text=TEXT[:9], start=0, end=9),
        title="A",
        request="A",
        outcome="upheld",
        claims_administrator_guideline=None,
        imr_guideline=None,
        rationale=Span(text=TEXT[16:end], start=16, end=end),
    )
    if lawful:
        hold_items([item], TILES)
        return
    with pytest.raises(LetterRejected, match="item 1: its rationale is no part"):
        hold_items([item], TILES)
