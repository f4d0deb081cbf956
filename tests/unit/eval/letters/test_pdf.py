"""A rendered PDF is the same every time, and its text can be had back."""

import re

import pypdfium2 as pdfium
import pytest

from eval.letters.layouts import FACTS, LAYOUTS
from eval.letters.pdf import render_pdf
from eval.letters.records import SampleLetter, disputed


def _pages(rendered: bytes) -> list[str]:
    """Extract each page's text; pypdfium2 marks a hyphen at a line's end with a character of its own."""
    with pdfium.PdfDocument(rendered) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return [re.sub("[\ufffe\u0002]", "-", page) for page in pages]


def _folded(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_letter_in_every_layout_can_be_read_back(letters: tuple[SampleLetter, ...], layout: str) -> None:
    for letter in letters:
        pages = _pages(render_pdf(letter, layout))
        if FACTS[layout].running_heads:
            # A rationale that runs over a page has the foot of one and the head of the next within it.
            pages = [re.sub(r"(?m)^Final Determination Letter for .*|^Page \d+ of \d+", "", p) for p in pages]
        text = _folded("".join(pages))
        for item in letter.items:
            title = item.title if FACTS[layout].framed else disputed(item)
            assert _folded(title) in text, letter.case
            assert _folded(item.rationale) in text, letter.case


def test_the_same_letter_gives_the_same_bytes(mixed_letter: SampleLetter) -> None:
    assert render_pdf(mixed_letter) == render_pdf(mixed_letter)


def test_the_header_block_wraps_application_received(plain_letter: SampleLetter) -> None:
    (first, *_) = _pages(render_pdf(plain_letter))
    lines = [line.strip() for line in first.splitlines()]
    at = lines.index("Priority: Expedited Application")
    assert lines[at + 1 : at + 3] == ["Received:", "09/01/2016"]


def test_a_hyphen_at_a_lines_end_is_kept(mixed_letter: SampleLetter) -> None:
    pages = _pages(render_pdf(mixed_letter))
    assert re.search(r"well-\r?\n|well-(?=documented)", "".join(pages))


def test_the_cover_page_stands_alone(mixed_letter: SampleLetter) -> None:
    cover, letter, *_ = _pages(render_pdf(mixed_letter))
    assert "PARTIAL OVERTURN" in cover
    assert "Case Number:" not in cover
    assert letter.startswith("Case Number: TEST-0001")


def test_running_heads_are_those_of_2014(mixed_letter: SampleLetter) -> None:
    pages = _pages(render_pdf(mixed_letter, "layout-1-2014"))
    for number, page in enumerate(pages, start=1):
        assert page.startswith("Final Determination Letter for IMR Case Number TEST-0001")
        assert f"Page {number} of {len(pages)}" in page
    assert "Page 1 of" not in "".join(_pages(render_pdf(mixed_letter)))


def test_lines_stay_within_the_margins(mixed_letter: SampleLetter) -> None:
    with pdfium.PdfDocument(render_pdf(mixed_letter)) as document:
        for page in document:
            for box in page.get_objects():
                left, bottom, right, top = box.get_bounds()
                assert left >= 65
                assert right <= 548
                assert bottom >= 70
                assert top <= 722
