"""Damages do what their names say, the same for the same seed."""

import pytest

from eval.letters.damage import (
    DAMAGES,
    HEADER_LINE,
    NBSP,
    cut_off,
    encoded,
    extra_blank_lines,
    lost_header,
    page_breaks,
    running_heads,
)
from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter
from eval.letters.text import render_text

WHITE_SPACE_ONLY = ("double_spaced", "page_breaks", "extra_blank_lines", "crlf", "latin1")


def test_the_registry_holds_the_ten_damages() -> None:
    assert sorted(DAMAGES) == [
        "crlf",
        "curly_quotes",
        "cut_off",
        "double_spaced",
        "extra_blank_lines",
        "latin1",
        "lost_header",
        "odd_spaces",
        "page_breaks",
        "running_heads",
    ]


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_damage_is_done_alike_for_a_seed(
    mixed_letter: SampleLetter, plain_letter: SampleLetter, layout: str, name: str
) -> None:
    for letter in (mixed_letter, plain_letter):
        text = render_text(letter, layout=layout)
        for seed in range(3):
            assert DAMAGES[name](text, seed) == DAMAGES[name](text, seed)
        # The plain letter has no quotation mark.
        assert DAMAGES[name](text, 0) != text or (name == "curly_quotes" and letter is plain_letter)


@pytest.mark.parametrize("name", WHITE_SPACE_ONLY)
def test_some_damages_leave_all_but_white_space(letters: tuple[SampleLetter, ...], name: str) -> None:
    for letter in letters:
        text = render_text(letter)
        assert DAMAGES[name](text, 7).split() == text.split(), letter.case


def test_page_breaks_fall_within_item_headings_and_after_section_headings(mixed_letter: SampleLetter) -> None:
    damaged = page_breaks(render_text(mixed_letter), 1)
    assert "CLINICAL CASE SUMMARY\n\n\n\n" in damaged
    assert "\nAssistant surgeon: Upheld" not in damaged


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_lost_header_takes_nothing_else(mixed_letter: SampleLetter, layout: str) -> None:
    damaged = lost_header(render_text(mixed_letter, layout=layout), 0)
    assert not any(HEADER_LINE.fullmatch(line) for line in damaged.splitlines())
    bare = render_text(mixed_letter, layout=layout, header=False).split()
    furniture = {"Page", "Final", "Determination", "Letter"}
    if layout != "layout-1-2014":  # fewer lines fill other pages
        assert damaged.split() == bare
    assert set(bare) - furniture <= set(damaged.split())


def test_running_heads_name_the_case(plain_letter: SampleLetter) -> None:
    damaged = running_heads(render_text(plain_letter), 3)
    assert "Final Determination Letter for IMR Case Number TEST-0002" in damaged
    assert "Page 1 of 2" in damaged


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_off_letter_ends_within_its_last_rationale(letters: tuple[SampleLetter, ...], layout: str) -> None:
    for letter in letters:
        text = render_text(letter, layout=layout)
        kept = cut_off(text, 5)
        assert text.startswith(kept[:-1]), letter.case
        # In this many words a whole rationale would show; its first words are there, its last are not.
        words = letter.items[-1].rationale.split()
        tail = " ".join(kept.split())
        assert " ".join(words[:4]) in tail, letter.case
        assert not tail.endswith(" ".join(words[-4:])), letter.case


def test_extra_blank_lines_are_added_where_there_are_some(plain_letter: SampleLetter) -> None:
    text = render_text(plain_letter)
    assert extra_blank_lines(text, 2).count("\n") > text.count("\n")


def test_latin_1_is_no_utf_8(plain_letter: SampleLetter) -> None:
    text = render_text(plain_letter)
    as_bytes = encoded(text, "latin1", 0)
    assert NBSP in as_bytes.decode("latin-1")
    with pytest.raises(UnicodeDecodeError):
        as_bytes.decode("utf-8")
    assert encoded(text, "curly_quotes", 0).decode("utf-8")
