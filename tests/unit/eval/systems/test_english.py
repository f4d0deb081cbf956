"""English words as published baselines take them."""

import pytest

from eval.systems.english import english_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Injections, and an INJECTION of it", "inject inject"),
        ("denied denies DENY", "deni deni deni"),
        ("L4-5 10/325mg", "l4 5 10 325mg"),
        ("to be or not to be", ""),
        ("", ""),
        ("β-blockers", "β blocker"),
        ("a" * 50 + " brace", "brace"),
    ],
)
def test_words_are_stemmed_and_stop_words_dropped(text: str, words: str) -> None:
    assert english_words(text) == words
