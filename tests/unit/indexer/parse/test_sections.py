"""Sections tile the letter."""

from collections.abc import Callable

import pytest

from config.errors import LetterRejected
from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout
from indexer.parse.sections import section, split_sections

LETTER = """Case Number: CM14-0012345

CLINICAL CASE SUMMARY
The expert reviewer developed the following clinical case summary based on a review of the case file, including all
medical records:

A man of 40.

IMR ISSUES, DECISIONS AND RATIONALES
Items."""


def test_sections_tile_the_letter(joined: Callable[[str], Joined], layouts: dict[str, Layout]) -> None:
    letter = joined(LETTER)
    sections = split_sections(letter, layouts["layout-1"])
    assert [one.name for one in sections] == ["header", "summary", "decisions"]
    assert [one.start for one in sections[1:]] == [one.end for one in sections[:-1]]
    assert (sections[0].start, sections[-1].end) == (0, len(letter.text))


def test_the_set_phrase_is_no_part_of_the_body(joined: Callable[[str], Joined], layouts: dict[str, Layout]) -> None:
    letter = joined(LETTER)
    summary = section(split_sections(letter, layouts["layout-1"]), "summary")
    assert summary is not None
    assert letter.text[summary.body : summary.end].strip() == "A man of 40."


def test_a_section_that_is_missing_or_empty_is_none(
    joined: Callable[[str], Joined], layouts: dict[str, Layout]
) -> None:
    sections = split_sections(joined("CLINICAL CASE SUMMARY\n" + LETTER[-43:]), layouts["layout-1"])
    assert section(sections, "summary") is None
    assert section(sections, "documents") is None


def test_a_section_twice_is_two_letters(joined: Callable[[str], Joined], layouts: dict[str, Layout]) -> None:
    with pytest.raises(LetterRejected, match=r"two sections 'summary'.*two letters"):
        split_sections(joined(f"{LETTER}\n{LETTER}"), layouts["layout-1"])


@pytest.mark.parametrize("text", ["CLINICAL CASE SUMMARY\nA man.", "IMR ISSUES, DECISIONS AND RATIONALES\n"])
def test_without_decisions_there_is_no_letter(
    joined: Callable[[str], Joined], layouts: dict[str, Layout], text: str
) -> None:
    with pytest.raises(LetterRejected, match="no decisions section"):
        split_sections(joined(text), layouts["layout-1"])
