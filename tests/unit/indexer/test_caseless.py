"""Patterns blind to case find what `re.IGNORECASE` finds, at the same places."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless, lowered

LISTS = ("deciding_cues.toml", "reasons.toml", "request_cues.toml", "request_signs.toml")
# Words and signs that the lists are about, so that what is drawn of them is met now and then.
WORDS = ["Request", "NOT", "medically", "necessary", "MRI", "denied", "Guidelines", "is", "the", "for", "12/03/2015"]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=12).map(" ".join)


def strings(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from strings(part)


def patterns() -> list[str]:
    found = [one for name in LISTS for one in strings(tomllib.loads((VOCABULARY_DIR / name).read_text("utf-8")))]
    return [one for one in found if "\\" in one and "<" not in one.replace("(?<", "").replace("(?P<", "")]


PATTERNS = [(re.compile(source, re.IGNORECASE), Caseless(source)) for source in patterns()]


def spans(found: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in found]


@given(st.text())
def test_lower_case_is_as_long(text: str) -> None:
    assert len(lowered(text)) == len(text)
    assert lowered(text) == text.lower() or "\u0130" in text


@given(TEXTS)
def test_the_project_s_own_patterns_match_at_the_same_places(text: str) -> None:
    # Letters that only `re.IGNORECASE` takes for an s, a k or an i.
    text = re.sub("[\u017f\u212a\u0130\u0131]", "", text)
    for theirs, ours in PATTERNS:
        assert spans(ours.finditer(text)) == spans(theirs.finditer(text)), ours.source
        assert bool(ours.search(text)) == bool(theirs.search(text))
        assert bool(ours.match(text)) == bool(theirs.match(text))


@pytest.mark.parametrize(
    ("source", "text", "place"),
    [
        ("MRI", "an mri", (3, 6)),
        (r"\W[A-Z]\S", "a-bc", (1, 4)),
        (r"(?P<item>Norco)", "NORCO", (0, 5)),
        ("x", "\u0130x", (1, 2)),
    ],
)
def test_upper_case_letters_of_a_pattern_mean_either_case(source: str, text: str, place: tuple[int, int]) -> None:
    found = Caseless(source).search(text)
    assert found is not None
    assert found.span() == place


def test_there_are_patterns_to_compare() -> None:
    assert len(PATTERNS) > 100


def test_a_search_keeps_between_its_places() -> None:
    pattern = Caseless("a")
    assert spans(pattern.finditer("AaA", 1, 2)) == [(1, 2)]
    assert pattern.search("Aba", 1, 2) is None
    assert pattern.match("bA", 1) is not None


def test_what_is_not_blind_to_case_is_refused() -> None:
    with pytest.raises(ValueError, match="not blind to case"):
        Caseless("(?-i:S)")
