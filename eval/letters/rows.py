"""The rows of a typeset letter: where each piece of text stands, page by page. All measures are points."""

from collections.abc import Iterable

import msgspec
from reportlab.pdfbase.pdfmetrics import stringWidth

# Letter paper with an inch of margin, and the first and lowest baselines that published letters keep.
WIDTH, HEIGHT = 612.0, 792.0
LEFT, RIGHT = 72.0, 540.0
TOP, BOTTOM = 709.3, 74.6
# The header table stands lower, as if below a letterhead.
TABLE_TOP = 689.0


class Mark(msgspec.Struct, frozen=True):
    """A piece of text at x, `drop` below its row's baseline."""

    x: float
    face: str
    size: float
    text: str
    drop: float = 0.0


class Cell(msgspec.Struct, frozen=True):
    """A ruled cell of the header table; its top lies above the row's baseline."""

    x: float
    width: float
    height: float
    shaded: bool


class Row(msgspec.Struct, frozen=True):
    """A line of a letter.

    Attributes:
        advance: from the row above's baseline to this one's.
        marks: the text, in the order in which extraction should find it.
        depth: what the row takes below its baseline besides.
        cells: the ruling behind it.
        breaks: whether a new page begins after it.
    """

    advance: float
    marks: tuple[Mark, ...] = ()
    depth: float = 0.0
    cells: tuple[Cell, ...] = ()
    breaks: bool = False


class Placed(msgspec.Struct, frozen=True):
    """A row and the height of its baseline above the foot of its page."""

    y: float
    row: Row


def points(face: str, size: float, text: str) -> float:
    """Return the width of a text."""
    return float(stringWidth(text, face, size))


def paginate(rows: Iterable[Row]) -> list[list[Placed]]:
    """Place rows on pages, as many as go; a row never splits, and the first of a page stands at its top."""
    pages: list[list[Placed]] = [[]]
    y = TOP
    for row in rows:
        top = TABLE_TOP if row.cells else TOP
        y = y - row.advance if pages[-1] else top
        if y - row.depth < BOTTOM:
            pages.append([])
            y = top
        pages[-1].append(Placed(y, row))
        y -= row.depth
        if row.breaks:
            pages.append([])
    return pages
