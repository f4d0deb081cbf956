"""A letter as text, in the manner of tools that extract text from PDF."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from eval.letters.blocks import Block, Run, stand_close
from eval.letters.layouts import FACTS, LAYOUTS, running_foot, running_head
from eval.letters.linebreak import break_lines
from eval.letters.records import SampleLetter

PAGE_LINES = 46
# What extraction leaves of a page's edge.
PAGE_GAP = ("", "", "")


def render_text(
    letter: SampleLetter,
    *,
    layout: str = "layout-1-2016",
    width: int = 95,
    double_spaced: bool = False,
    header: bool = True,
) -> str:
    """Render a letter as text.

    Args:
        letter: the letter.
        layout: a key of `LAYOUTS`.
        width: characters in a line.
        double_spaced: follow every line with an empty one.
        header: whether the header block is there; many extracted letters lack it.

    Returns:
        Lines that keep the space at which they were wrapped; page breaks are runs of empty lines.
    """
    blocks = [block for block in LAYOUTS[layout](letter) if header or block.kind != "header_row"]
    pages = list(_pages(blocks, width))
    if FACTS[layout].running_heads:
        pages = [
            [running_head(letter), "", *page, "", running_foot(number, len(pages))]
            for number, page in enumerate(pages, start=1)
        ]
    lines = [line for page in pages for line in (*PAGE_GAP, *page)][len(PAGE_GAP) :]
    return double_space(lines) if double_spaced else "\n".join(lines) + "\n"


def double_space(lines: Iterable[str]) -> str:
    """Follow every line with an empty one; a line that is empty already keeps a lone space."""
    return "".join(f"{line or ' '}\n\n" for line in lines)


def _pages(blocks: list[Block], width: int) -> Iterator[list[str]]:
    """Fill pages with the blocks' lines; an empty line at a page's edge is lost."""
    page: list[str] = []
    for above, block in pairwise([Block("page_break"), *blocks]):
        if block.kind == "page_break":
            yield page
            page = []
            continue
        gap = [] if stand_close(above, block) else [""]
        for line in (*gap, *_lines(block, width)):
            if len(page) == PAGE_LINES:
                yield page
                page = []
            if line or page:
                page.append(line)
    yield page


def _lines(block: Block, width: int) -> Iterator[str]:
    if block.kind == "header_row":
        yield from _header_lines(block)
        return
    for line in break_lines(block.runs, width, _characters):
        yield "".join(run.text for run in line)


def _characters(run: Run) -> float:
    return len(run.text)


def _header_lines(block: Block) -> Iterator[str]:
    """Put a row on one line; a long label of the second column wraps, and its value comes last."""
    *left, label, value = (run.text for run in block.runs)
    first, _, rest = label.rpartition(" ")
    if not left or rest != "Received:":
        yield block.text
        return
    yield f"{' '.join(left)} {first} "
    yield f"{rest} "
    yield value
