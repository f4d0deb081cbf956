"""The records: frozen, strict, and the same after a way through JSON."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.records import Dates, Determination, PageStart
from tests.support.letters import Item, determination

LETTER = determination("CM20-0000001-00000000", Item("Knee brace"), Item("Wrist brace"), case="CM20-0000001")


def test_a_record_never_changes() -> None:
    with pytest.raises(AttributeError):
        LETTER.id = "other"  # type: ignore[misc]


def test_json_holds_all_of_a_letter(sample_determinations: tuple[Determination, ...]) -> None:
    for letter in (LETTER, *sample_determinations):
        assert msgspec.json.decode(msgspec.json.encode(letter), type=Determination) == letter


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"decided": "2020-01-01"}', type=Dates)


def test_a_date_is_written_as_a_day() -> None:
    dates = msgspec.json.decode(b'{"decision": "2020-02-29"}', type=Dates)
    assert msgspec.to_builtins(dates)["decision"] == "2020-02-29"


def test_an_item_is_found_by_its_number() -> None:
    second = LETTER.item(2)
    assert second is not None
    assert second.title == "Wrist brace"
    assert LETTER.item(0) is None
    assert LETTER.item(3) is None


def test_a_letter_without_pages_has_no_page() -> None:
    assert LETTER.page_at(0) is None
    assert LETTER.page_at(10_000) is None


@given(st.sets(st.integers(1, 500), max_size=6), st.integers(0, 600))
def test_a_character_stands_on_the_last_page_that_began(later: set[int], offset: int) -> None:
    starts = (0, *sorted(later))
    letter = msgspec.structs.replace(
        LETTER, page_starts=tuple(PageStart(page=page, start=start) for page, start in enumerate(starts, start=1))
    )
    assert letter.page_at(offset) == sum(start <= offset for start in starts)


def test_every_span_of_a_letter_is_its_text(sample_determinations: tuple[Determination, ...]) -> None:
    spans = [
        (letter, span)
        for letter in sample_determinations
        for item in letter.items
        for span in (item.heading, item.claims_administrator_guideline, item.imr_guideline, item.rationale)
        if span is not None
    ]
    assert len(spans) > len(sample_determinations)
    for letter, span in spans:
        assert letter.text[span.start : span.end] == span.text
        assert span.page == letter.page_at(span.start)
