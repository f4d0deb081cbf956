"""Names found in a text: whole words, where they stand, the longest of several."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.matcher import Matcher

NAMES = ["knee brace", "brace", "Brace fitting", "x-ray", "tramadol"]
MATCHER = Matcher([(name, name) for name in NAMES], [("ER", "exact")])
WORDS = st.sampled_from(
    ["knee", "Brace", "braces", "fitting", "X-Ray", "ER", "er", "tramadol", "\u0130", "\u00e9", "b"]
)


def found(text: str) -> list[tuple[str, str]]:
    """Return what is matched, and by which name."""
    return [(text[match.start : match.end], match.value) for match in MATCHER.find(text)]


def test_the_longest_name_wins_in_any_case() -> None:
    assert found("Knee braces, then a brace FITTING; X ray in the ER, er") == [
        ("Knee braces", "knee brace"),
        ("brace FITTING", "Brace fitting"),
        ("X ray", "x-ray"),
        ("ER", "exact"),
    ]


def test_a_letter_that_grows_when_it_is_lowered_moves_nothing() -> None:
    assert found("\u0130\u0130 tramadol") == [("tramadol", "tramadol")]


def test_a_text_without_words_or_names_has_none() -> None:
    assert [found(text) for text in ("", "...", "hip", "kneebrace")] == [[], [], [], []]
    assert Matcher[str]([]).find("knee") == ()


@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", ", ", "-", "\n"])), max_size=20))
def test_matches_stand_where_their_names_are(words: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in words)
    matches = MATCHER.find(text)
    assert all(one.end <= other.start for one, other in pairwise(matches))
    for match in matches:
        # Letters beyond ASCII are no part of a word.
        said = " ".join(re.findall(r"[a-z0-9]+", text[match.start : match.end].replace("\u0130", "").lower()))
        name = match.value.lower().replace("-", " ")
        assert said in {name, f"{name}s"} or (said == "er" and match.value == "exact")
