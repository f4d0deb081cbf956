"""PDF letters, read by PDFium (pypdfium2).

PDFium gives the characters in reading order; what it does not give is where a paragraph ends, so each line's
baseline and weight are asked for too. It writes U+FFFE for a hyphen that ends a line and no line break after it.
"""

import ctypes
import re
import statistics
import threading
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from config.errors import LetterRejected
from indexer.read.lines import Break, Line, clean
from indexer.read.upright import along, quarter_turns

# A gap this many times the page's usual line pitch is a blank line (letters are set at 1.0 and 2.0).
_BLANK_LINE = 1.4
_BOLD_WEIGHT = 600
# A line ending further than this from the rightmost line's end (share of its width) could have held more.
_FULL_WIDTH = 0.82
# PDFium must not be called from two threads at a time.
_PDFIUM = threading.Lock()
_LINE = re.compile("[^\r\n\ufffe]+\ufffe?")


class _Placed(NamedTuple):
    text: str
    down: float
    left: float
    right: float
    bold: bool
    spaced: bool


def read_pdf(content: bytes, max_pages: int) -> tuple[tuple[Line, ...], int]:
    """Read a PDF's lines in reading order.

    Returns:
        The lines, and the number of pages.

    Raises:
        LetterRejected: the file is damaged, encrypted, too long, or holds pictures of text only.
    """
    with _PDFIUM:
        return _read(content, max_pages)


def _read(content: bytes, max_pages: int) -> tuple[tuple[Line, ...], int]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        reason = "encrypted PDF" if "password" in str(error).lower() else "damaged PDF"
        raise LetterRejected(f"{reason}: it cannot be opened") from None
    try:
        pages = len(document)
        if pages > max_pages:
            raise LetterRejected(f"PDF of {pages} pages; at most {max_pages} are read")
        lines: list[Line] = []
        for number in range(pages):
            lines.extend(_page_lines(document, number))
    except pypdfium2.PdfiumError as error:
        raise LetterRejected(f"damaged PDF: {error}") from None
    finally:
        document.close()
    if not lines:
        raise LetterRejected("PDF without text: pictures of pages only, which would need OCR")
    return tuple(lines), pages


def _page_lines(document: Any, number: int) -> list[Line]:  # noqa: ANN401 - pypdfium2 ships no types
    page = document[number]
    try:
        placed = _upright(page)
    finally:
        page.close()
    if not placed:
        return []
    breaks = _breaks([line.down for line in placed])
    margin = min(line.left for line in placed)
    widest = max(line.right for line in placed) - margin
    return [
        Line(
            text=line.text,
            page=number + 1,
            before=before,
            bold=line.bold,
            full=line.right - margin >= widest * _FULL_WIDTH,
            spaced=line.spaced,
        )
        for line, before in zip(placed, breaks, strict=True)
    ]


def _upright(page: Any) -> list[_Placed]:  # noqa: ANN401
    """Return a page's lines, the page turned first where its text does not stand upright."""
    text_page = page.get_textpage()
    turns = quarter_turns(text_page)
    if page.get_rotation() != turns * 90:
        text_page.close()
        page.set_rotation(turns * 90)
        text_page = page.get_textpage()
    try:
        return _placed(text_page, turns)
    finally:
        text_page.close()


def _placed(text_page: Any, turns: int) -> list[_Placed]:  # noqa: ANN401
    text: str = text_page.get_text_range()
    lines = []
    for match in _LINE.finditer(text):
        raw = match.group()
        shown = clean(raw)
        if not shown:
            continue
        first = match.start() + len(raw) - len(raw.lstrip())
        last = match.start() + len(raw.rstrip()) - 1
        start, end = along(text_page, first, turns), along(text_page, last, turns)
        lines.append(_Placed(shown, start.down, start.far, end.far, _is_bold(text_page, first), raw[-1].isspace()))
    return lines


def _is_bold(text_page: Any, index: int) -> bool:  # noqa: ANN401
    if pdfium.FPDFText_GetFontWeight(text_page, index) >= _BOLD_WEIGHT:
        return True
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(text_page, index, name, 128, ctypes.byref(ctypes.c_int()))
    return b"bold" in name.value.lower()


def _breaks(bottoms: list[float]) -> list[Break]:
    """Say what stands before each line of a page, from the distances between baselines."""
    steps = [above - below for above, below in pairwise(bottoms)]
    usual = _pitch(steps)
    # A step upwards is a second column, or text put back in reading order: never a wrapped line.
    later: list[Break] = ["none" if 0 <= step <= usual * _BLANK_LINE else "blank" for step in steps]
    return ["page", *later]


def _pitch(steps: list[float]) -> float:
    """Return the page's line pitch in points: the middle of the smaller steps down."""
    down = sorted(step for step in steps if step > 1)
    if not down:
        return 14.0
    nearest = [step for step in down if step <= down[0] * _BLANK_LINE]
    return statistics.median(nearest if len(nearest) * 4 >= len(down) else down)
