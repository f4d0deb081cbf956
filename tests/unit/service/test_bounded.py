"""What a person wrote is read as it stands; what is denser than any record from its two ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from service.bounded import within_bounds
from service.names import Names
from service.understand import understand

MOST_CHARACTERS = 200_000
SOME = "Request for Norco 10/325mg and an MRI of the left knee. He fell; it hurts.\n"


def bounded(text: str) -> str:
    return within_bounds(text, Names(default_normaliser()))


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "Cc", "Cs"]), max_size=200), max_size=40))
def test_ordinary_texts_are_left_as_they_are(words: list[str]) -> None:
    text = " ".join(words).strip()
    assert bounded(" ".join(text.split())) == " ".join(text.split())


def test_records_as_long_as_a_request_may_be_are_read_whole() -> None:
    text = (SOME + "A sentence that tells more of the same, in as many words as a doctor needs to.\n" * 4) * 500
    assert len(text) > 0.9 * MOST_CHARACTERS
    assert bounded(text) == text


def test_of_a_dense_text_beginning_and_end_are_read() -> None:
    text = "First: tramadol\n" + "Norco\n" * 30_000 + "Last: gabapentin\n"
    read = bounded(text)
    assert len(read) < len(text) / 3
    assert read.startswith("First: tramadol\nNorco\n")
    assert read.endswith("Norco\nLast: gabapentin\n")
    assert set(read.splitlines()) == {"First: tramadol", "Norco", "", "Last: gabapentin"}


def test_no_word_and_no_gap_is_endless() -> None:
    read = bounded("a" * 1000 + " " * 1000 + "?" * 1000)
    assert max(map(len, read.split())) == 200
    assert read.count("a") == read.count("?") == 1000
    assert " " * 17 not in read


@pytest.mark.parametrize(
    ("unit", "named"),
    [
        ("Norco, ", "hydrocodone/acetaminophen"),
        ("request for MRI ", "magnetic resonance imaging"),
        ("1. tramadol\n", "tramadol"),
    ],
)
def test_a_request_repeated_without_end_is_that_request(unit: str, named: str) -> None:
    found = understand(unit * (MOST_CHARACTERS // len(unit)), default_normaliser(), 12)
    assert {treatment.concept for item in found for treatment in item.treatments} == {named}


@pytest.mark.parametrize("text", ["(", "?", "1. ", "(Norco ", "denied approved requested ", "a\t", ". "])
def test_what_says_nothing_is_one_item(text: str) -> None:
    found = understand(text * (MOST_CHARACTERS // len(text)), default_normaliser(), 12)
    assert 1 <= len(found) <= 3
