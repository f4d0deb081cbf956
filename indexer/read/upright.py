"""Which way a PDF page's text runs, so that a page lying on its side reads like one that stands.

PDFium orders characters by the page's rotation, and gives places in the page's own axes. So a page is first turned
until its text stands upright, and a place is then read along the text: how far down the page, how far along the line.
"""

import ctypes
import math
from collections import Counter
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_SAMPLES = 64
_QUARTERS = 4


class Along(NamedTuple):
    """A character's origin on its baseline, in points: `down` falls from line to line, `far` grows along a line."""

    down: float
    far: float


def quarter_turns(text_page: Any) -> int:  # noqa: ANN401 - pypdfium2 ships no types
    """Return how many quarter turns counterclockwise most of a page's text is from standing upright: 0 to 3."""
    count = text_page.count_chars()
    found: Counter[int] = Counter()
    for index in range(0, count, max(1, count // _SAMPLES)):
        angle = pdfium.FPDFText_GetCharAngle(text_page, index)
        # PDFium counts the angle clockwise, and -1 where it has none.
        if angle >= 0:
            found[round(-angle / (math.pi / 2)) % _QUARTERS] += 1
    return found.most_common(1)[0][0] if found else 0


def along(text_page: Any, index: int, turns: int) -> Along:  # noqa: ANN401
    """Return where a character stands, read along text that is `turns` quarter turns from upright."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    across, up = x.value, y.value
    return (Along(up, across), Along(-across, up), Along(-up, -across), Along(across, -up))[turns]
