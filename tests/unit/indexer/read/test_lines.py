"""Characters are folded, words are not."""

import pytest

from indexer.read.lines import clean, ends_sentence


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\u00a0 b", "a b"),
        ("\ufb01bro\ufb02ex", "fibroflex"),
        ("L4\u20115", "L4-5"),
        ("11-21\ufffe", "11-21-"),
        ("pre\u00ad", "pre-"),
        ("\ufeffHOW\u200b MADE ", "HOW MADE"),
        ("\t \u3000", ""),
    ],
)
def test_characters_are_folded(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize("text", ["It is.", 'He said "no."', "(not so.)", "Why?", "so.\u201d"])
def test_sentence_ends(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["Norco 10/325mg", "Chapter:", "a, b,", "", "1.5"])
def test_other_ends(text: str) -> None:
    assert not ends_sentence(text)
