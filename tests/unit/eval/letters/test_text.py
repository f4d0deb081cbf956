"""A letter rendered as text is wrapped, paged and spaced as extracted letters are."""

import pytest

from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter, disputed
from eval.letters.text import render_text


def _folded(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_letter_in_every_layout_has_its_items(letters: tuple[SampleLetter, ...], layout: str) -> None:
    for letter in letters:
        text = _folded(render_text(letter, layout=layout, header=False))
        for item in letter.items:
            assert _folded(disputed(item)) in text, letter.case
            if layout != "layout-1-2014":  # its running heads may stand within a rationale
                assert _folded(item.rationale) in text, letter.case


def test_the_header_comes_and_goes(plain_letter: SampleLetter) -> None:
    whole = render_text(plain_letter)
    assert whole.startswith("Case Number: TEST-0002\nDate Assigned: 09/07/2016 Date of Injury: 04/02/2013\n")
    assert "\nPriority: Expedited Application \nReceived: \n09/01/2016\n" in whole
    bare = render_text(plain_letter, header=False)
    assert bare.startswith("HOW THE IMR FINAL DETERMINATION WAS MADE")
    assert "TEST-0002" not in bare


def test_lines_keep_to_the_width(mixed_letter: SampleLetter) -> None:
    for width in (60, 95):
        text = render_text(mixed_letter, width=width)
        assert max(len(line.rstrip()) for line in text.splitlines()) <= width


def test_double_spacing_follows_every_line_with_an_empty_one(plain_letter: SampleLetter) -> None:
    lines = render_text(plain_letter, double_spaced=True).splitlines()
    assert not any(lines[1::2])
    assert all(lines[0::2])


def test_pages_part_with_a_run_of_empty_lines(mixed_letter: SampleLetter) -> None:
    assert "\n\n\n\n" in render_text(mixed_letter)


def test_running_heads_are_those_of_2014(mixed_letter: SampleLetter) -> None:
    text = render_text(mixed_letter, layout="layout-1-2014")
    assert text.count("Final Determination Letter for IMR Case Number TEST-0001") == text.count("\nPage ")
