"""Filters as users give them: any name of the vocabulary will do, an unknown one is refused by name."""

import datetime as dt
from typing import Any

import pytest

from config.errors import FilterFault
from indexer.filters import FACETS, NO_FILTERS, Filters
from indexer.index import Index
from indexer.parse.normalise import default_normaliser
from service.filters import resolve_filters


def resolved(index: Index, **given: Any) -> Filters:
    return resolve_filters(Filters(**given), default_normaliser(), index)


@pytest.mark.parametrize(
    ("field", "given", "known"),
    [
        ("treatment", "Ultram", "tramadol"),
        ("treatment", "TRAMADOL", "tramadol"),
        ("treatment", "Flexeril", "cyclobenzaprine"),
        ("category", "pharmaceuticals", "Pharmaceuticals"),
        ("category", "Pharmaceuticals > opioids", "Pharmaceuticals > Opioids"),
        ("body_region", "low back", "lumbar spine"),
        ("body_region", "L4-5", "lumbar spine"),
        ("specialty", "pain management", "Pain Management"),
        ("outcome", "upheld", "upheld"),
        ("guideline", "mtus", "mtus"),
        ("guideline", "chronic pain", "chronic pain"),
        ("exclude_cases", "any-thing", "any-thing"),
    ],
)
def test_any_name_will_do(field: str, given: str, known: str, sample_index: Index) -> None:
    found = getattr(resolved(sample_index, **{field: (given,)}), field)
    assert [value.casefold() for value in found] == [known.casefold()]


def test_no_filters_stay_none(sample_index: Index) -> None:
    assert resolved(sample_index) == NO_FILTERS


def test_resolving_twice_changes_nothing(sample_index: Index) -> None:
    once = resolved(sample_index, treatment=("Ultram",), body_region=("low back",), specialty=("pain management",))
    assert resolve_filters(once, default_normaliser(), sample_index) == once


def test_every_value_of_the_index_is_accepted_and_finds_something(sample_index: Index) -> None:
    for field in FACETS:
        for value in sample_index.facet(field):
            assert sample_index.select(resolved(sample_index, **{field: (value,)})), (field, value)


@pytest.mark.parametrize("field", [*FACETS, "outcome"])
@pytest.mark.parametrize("value", ["no such thing", "", "  ", "two\nlines"])
def test_an_unknown_value_is_named_on_one_line(field: str, value: str, sample_index: Index) -> None:
    with pytest.raises(FilterFault) as told:
        resolved(sample_index, **{field: (value,)})
    message = str(told.value)
    assert message.startswith(f"unknown {field.replace('_', ' ')} '{' '.join(value.split())}")
    assert "\n" not in message


def test_a_phrase_needs_a_word(sample_index: Index) -> None:
    assert resolved(sample_index, phrases=(" no \n record ",)).phrases == ("no record",)
    with pytest.raises(FilterFault, match="a phrase needs a word"):
        resolved(sample_index, phrases=("red flags", "..."))


def test_two_treatments_in_one_value_are_refused(sample_index: Index) -> None:
    with pytest.raises(FilterFault, match="unknown treatment 'tramadol and naproxen'"):
        resolved(sample_index, treatment=("tramadol and naproxen",))


def test_dates_the_wrong_way_round(sample_index: Index) -> None:
    day = dt.date(2015, 6, 1)
    with pytest.raises(FilterFault, match="decision_from 2015-06-02 is after decision_to 2015-06-01"):
        resolved(sample_index, decision_from=day + dt.timedelta(days=1), decision_to=day)
    assert resolved(sample_index, decision_from=day, decision_to=day).decision_to == day
