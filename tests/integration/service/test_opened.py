"""A case number typed in opens that letter."""

import pytest

from indexer.filters import Filters
from indexer.records import Determination
from service.precedents import PrecedentService


@pytest.fixture(scope="module")
def letter(sample_determinations: tuple[Determination, ...]) -> Determination:
    """A letter of several items, of both outcomes."""
    return next(one for one in sample_determinations if one.outcome == "partially_overturned")


@pytest.mark.parametrize("form", ["{0.case_number}", " {0.case_number}\n", "{0.id}"])
def test_a_case_number_or_an_id_opens_its_letter(
    sample_service: PrecedentService, letter: Determination, form: str
) -> None:
    answer = sample_service.search(form.format(letter), limit=100)
    assert [(result.determination_id, result.item) for result in answer.results] == [
        (letter.id, item.number) for item in letter.items
    ]
    assert [result.rank for result in answer.results] == list(range(1, len(letter.items) + 1))
    assert [result.passages[0].text for result in answer.results] == [item.rationale.text for item in letter.items]


def test_filters_hold_for_an_opened_letter(sample_service: PrecedentService, letter: Determination) -> None:
    answer = sample_service.search(str(letter.case_number), Filters(outcome=("overturned",)), limit=100)
    assert [result.item for result in answer.results] == [
        item.number for item in letter.items if item.outcome == "overturned"
    ]


def test_a_number_of_nobody_is_searched_like_any_text(sample_service: PrecedentService) -> None:
    answer = sample_service.search("CM99-0000000")
    assert answer.requests[0].text == "CM99-0000000"
    assert answer.requests[0].coverage != "close"
