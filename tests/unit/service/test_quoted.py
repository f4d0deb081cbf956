"""What a request quotes: straight and curly quotes of short requests, never inches, never a document's own quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.quoted import MOST_WORDS, quoted_phrases, unquoted


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ('Norco "red flags"', ("red flags",)),
        ("\u201cred  flags\u201d in Norco", ("red flags",)),
        ('"red\nflags", and ("weaning").', ("red flags", "weaning")),
        ('"red flags" or "red flags"', ("red flags",)),
        ('brace 18" x 24"', ()),
        ('an 18" brace and a 24" pad', ()),
        ('one "open quote', ()),
        ('"" and "..." and "_"', ()),
        ("the worker's 'own' words", ()),
        ('say"so" now', ()),
    ],
)
def test_phrases(text: str, phrases: tuple[str, ...]) -> None:
    assert quoted_phrases(text) == phrases


def test_a_document_that_quotes_somebody_is_no_condition() -> None:
    text = '"red flags" ' + "word " * (MOST_WORDS - 2)
    assert quoted_phrases(text) == ("red flags",)
    assert quoted_phrases(text + "more") == ()
    assert unquoted(text + "more") == text + "more"


def test_what_is_understood_has_no_quotes() -> None:
    assert unquoted('Norco, "red flags", 18" brace') == 'Norco, red flags, 18" brace'
    assert unquoted('a "" b') == 'a "" b'


@given(st.text(alphabet='ab "\u201c\u201d.\n', max_size=40))
def test_a_phrase_stands_in_the_text_between_quotes(text: str) -> None:
    folded = " ".join(text.split())
    for phrase in quoted_phrases(text):
        assert phrase in folded
        assert not set('"\u201c\u201d') & set(phrase)
