"""A letter's layout is told by its headings, or the letter is rejected by name."""

from collections.abc import Callable

import pytest

from config.errors import LetterRejected
from eval.letters.layouts import FACTS, LAYOUTS
from eval.letters.records import SampleLetter
from eval.letters.text import render_text
from indexer.parse.joined import Joined
from indexer.parse.layoutfiles import known_layouts
from indexer.parse.layouts import Layout, recognise


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_sample_is_recognised(
    samples: tuple[SampleLetter, ...], layout: str, joined: Callable[[str], Joined]
) -> None:
    for letter in samples[:20]:
        found = recognise(joined(render_text(letter, layout=layout)), known_layouts())
        assert found.name == (FACTS[layout].reader_name or layout)


def test_an_unknown_layout_is_rejected_by_name(joined: Callable[[str], Joined]) -> None:
    with pytest.raises(LetterRejected, match=r"unknown layout.*layout-1, layout-2, layout-3, notice-2013"):
        recognise(
            joined("IMR ISSUES AND OPINIONS\nIn prose: the IMR issues, decisions and rationales follow"),
            known_layouts(),
        )


def test_a_letter_of_two_layouts_is_rejected(joined: Callable[[str], Joined]) -> None:
    with pytest.raises(LetterRejected, match="more than one layout: layout-1, layout-2"):
        recognise(
            joined("IMR ISSUES, DECISIONS AND RATIONALES\nx\nIMR DECISION(S) AND RATIONALE(S)\n"), known_layouts()
        )


def test_headings_may_be_broken_and_need_no_capitals(
    joined: Callable[[str], Joined], layouts: dict[str, Layout]
) -> None:
    letter = joined("IMR Issues, Decisions\n\n\n\nand Rationales\ntext")
    assert layouts["layout-1"].section_at(letter, 0) == ("decisions", len("IMR Issues, Decisions and Rationales"))


def test_text_may_follow_a_heading_with_a_colon_as_spelled(
    joined: Callable[[str], Joined], layouts: dict[str, Layout]
) -> None:
    letter = joined("CASE SUMMARY: A man of 40.\nCase summary: a phrase in prose.")
    assert layouts["layout-3"].section_at(letter, 0) == ("summary", len("CASE SUMMARY:"))
    assert layouts["layout-3"].section_at(letter, letter.starts[1]) is None


def test_labels_that_may_have_been_cut_off(layouts: dict[str, Layout]) -> None:
    layout = layouts["layout-1"]
    assert layout.begins_label("Claims  Admin")
    assert layout.begins_label("")
    assert not layout.begins_label("Claims adjuster")
