"""The header block of layout 1 as a ruled table of two columns of label and value."""

from collections.abc import Iterator
from itertools import pairwise

from eval.letters.blocks import Block, Run
from eval.letters.linebreak import break_lines
from eval.letters.rows import Cell, Mark, Row, points

SIZE = 11
LEADING = 13.0
# Measured on published letters, in points: the edges of the cells, the room at their sides.
EDGES = (66.0, 174.0, 324.0, 422.0, 546.0)
INDENT = 5.5


def header_table_row(block: Block) -> Row:
    """Typeset a header row of four fields; a label too long for its cell wraps and deepens the row."""
    marks = tuple(mark for field, run in enumerate(block.runs) for mark in _field(field, run))
    depth = max((mark.drop for mark in marks), default=0.0)
    # An empty second column is one cell.
    edges = EDGES if block.runs[-1].text else (*EDGES[:3], EDGES[-1])
    cells = tuple(
        Cell(left, right - left, LEADING + depth, shaded=run.bold)
        for (left, right), run in zip(pairwise(edges), block.runs, strict=False)
    )
    return Row(LEADING, marks, depth=depth, cells=cells)


def _field(field: int, run: Run) -> Iterator[Mark]:
    left, right = EDGES[field] + INDENT, EDGES[field + 1] - INDENT
    face = "Helvetica-Bold" if run.bold else "Helvetica"

    def measure(piece: Run) -> float:
        return points(face, SIZE, piece.text)

    for number, line in enumerate(break_lines((run,), right - left, measure)):
        text = "".join(piece.text for piece in line)
        if text:
            yield Mark(left, face, SIZE, text, drop=number * LEADING)
