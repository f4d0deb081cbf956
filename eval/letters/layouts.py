"""Every layout by name, and what the layouts differ in besides their words."""

from collections.abc import Callable

import msgspec

from eval.letters import layout1, layout2, layout3, notice
from eval.letters.blocks import Block
from eval.letters.citations import GuidelineTexts
from eval.letters.records import SampleItem, SampleLetter

LAYOUTS: dict[str, Callable[[SampleLetter], tuple[Block, ...]]] = {
    "layout-1-2016": layout1.layout_1_2016,
    "layout-1-2014": layout1.layout_1_2014,
    "layout-2": layout2.layout_2,
    "layout-3": layout3.layout_3,
    "notice-2013": notice.notice_2013,
}


class LayoutFacts(msgspec.Struct, frozen=True):
    """What a correct reader finds in a layout.

    Attributes:
        guidelines: the guideline texts of an item as the layout words them.
        rationale_label: what stands before a rationale (layout 3: how its heading begins).
        framed: whether headings hold the frame of a partly authorised request; the forms of 2013 are
            older than the frames and name the part in dispute alone.
        full_header: whether the header block states priority and day of assignment.
        running_heads: whether each page repeats the case number and its own number.
        shares_rationales: whether neighbouring items with one rationale have it printed once.
        reviewer_last: whether the reviewer's credentials end the letter.
        reader_name: the reader's name of the layout, where that is not the key of `LAYOUTS`.
    """

    guidelines: Callable[[SampleItem], GuidelineTexts]
    rationale_label: str
    framed: bool = False
    full_header: bool = False
    running_heads: bool = False
    shares_rationales: bool = False
    reviewer_last: bool = False
    reader_name: str | None = None


FACTS = {
    "layout-1-2016": LayoutFacts(
        layout1.guidelines_2016, layout1.RATIONALE_2016, framed=True, full_header=True, reader_name="layout-1"
    ),
    "layout-1-2014": LayoutFacts(
        layout1.guidelines_2014,
        layout1.RATIONALE_2014,
        framed=True,
        full_header=True,
        running_heads=True,
        reader_name="layout-1",
    ),
    "layout-2": LayoutFacts(layout2.guidelines, layout2.RATIONALE, shares_rationales=True),
    "layout-3": LayoutFacts(layout3.guidelines, layout3.RATIONALE, reviewer_last=True),
    "notice-2013": LayoutFacts(notice.guidelines, notice.RATIONALE),
}


def running_head(letter: SampleLetter) -> str:
    """Return the line that such a layout repeats at the head of each page."""
    return f"Final Determination Letter for IMR Case Number {letter.case}"


def running_foot(page: int, pages: int) -> str:
    """Return the line that such a layout has at the foot of each page."""
    return f"Page {page} of {pages}"
