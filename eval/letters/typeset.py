"""Turning blocks into rows: faces, sizes, centring, and the space between blocks."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from eval.letters.blocks import Block, Run, stand_close
from eval.letters.headertable import LEADING as HEADER_LEADING
from eval.letters.headertable import SIZE as HEADER_SIZE
from eval.letters.headertable import header_table_row
from eval.letters.linebreak import Line, break_lines
from eval.letters.rows import LEFT, RIGHT, Mark, Row, points

SIZE = 12
LEADING = 13.75
# Baseline to baseline around a section heading, as published letters have it.
ABOVE_HEADING = 28.0
BELOW_HEADING = 20.4
BELOW_HEADER = 28.0
# Where the values stand in the header blocks of 2013, which have no second column.
VALUE_X = 230.0
TABLE_FIELDS = 4


def rows(blocks: Iterable[Block]) -> Iterator[Row]:
    """Typeset a letter's blocks, with the empty rows between them."""
    for above, block in pairwise([Block("page_break"), *blocks]):
        if block.kind == "page_break":
            yield Row(LEADING, breaks=True)
            continue
        if block.kind == "header_row":
            yield _header_row(above, block)
            continue
        advance = _advance(above, block)
        if advance is None:
            # The empty row is a row of its own: where it begins a page, it stays there, as in real letters.
            yield Row(LEADING)
            advance = LEADING
        for line in break_lines(block.runs, RIGHT - LEFT, _width):
            yield Row(advance, tuple(_marks(block, line)))
            advance = LEADING


def _advance(above: Block, block: Block) -> float | None:
    """Return the step from the block above, or None for an empty row."""
    if above.kind == "heading":
        return BELOW_HEADING
    if above.kind == "header_row":
        return BELOW_HEADER
    if block.kind == "heading":
        return ABOVE_HEADING
    return LEADING if stand_close(above, block) else None


def _header_row(above: Block, block: Block) -> Row:
    if len(block.runs) == TABLE_FIELDS:
        row = header_table_row(block)
    else:
        label, value = block.runs
        marks = (
            Mark(LEFT, "Helvetica-Bold", HEADER_SIZE, label.text),
            Mark(VALUE_X, "Helvetica", HEADER_SIZE, value.text),
        )
        row = Row(HEADER_LEADING, marks)
    advance = row.advance if above.kind == "header_row" else BELOW_HEADER
    return Row(advance, row.marks, row.depth, row.cells)


def _marks(block: Block, line: Line) -> Iterator[Mark]:
    x = LEFT
    if block.kind in {"heading", "title"}:
        x += (RIGHT - LEFT - sum(map(_width, line))) / 2
    for run in line:
        yield Mark(x, _face(run), SIZE, run.text)
        x += _width(run)


def _face(run: Run) -> str:
    return "Times-Bold" if run.bold else "Times-Roman"


def _width(run: Run) -> float:
    return points(_face(run), SIZE, run.text)
