"""What decided it, over the sample letters: counts that add up, quotes that are slices."""

import pytest

from config.errors import FilterFault
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.reasonlist import reason_labels
from indexer.records import Determination
from service.precedents import PrecedentService
from service.reasons import ReasonsGiven
from service.selection import rated


def given(service: PrecedentService, filters: Filters = NO_FILTERS) -> ReasonsGiven:
    """Count the reasons of what a rate counts."""
    return service.ledger.reasons(rated(filters))


def test_counts_are_of_items_that_say_something_of_their_own(
    sample_service: PrecedentService, sample_determinations: tuple[Determination, ...]
) -> None:
    told = given(sample_service)
    items = [
        ItemKey(letter.id, item.number)
        for letter in sample_determinations
        for item in letter.items
        if item.depends_on is None
    ]
    assert told.total == len({sample_service.index.stands_for(key) for key in items})
    assert 0 < told.none_found < told.total
    sizes = [one.upheld + one.overturned for one in told.reasons]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) >= told.total - told.none_found
    for one in told.reasons:
        assert one.label == reason_labels()[one.code]
        assert not (one.direction == "against" and one.overturned)
        assert not (one.direction == "for" and one.upheld)
        assert 0 < one.letters <= one.upheld + one.overturned


def test_examples_are_verbatim_and_of_different_letters(sample_service: PrecedentService) -> None:
    for one in given(sample_service).reasons:
        assert one.examples
        assert [example.marker for example in one.examples] == list(range(1, len(one.examples) + 1))
        for example in one.examples:
            letter = sample_service.determination(example.determination_id)
            assert letter.text[example.start : example.end] == example.quote
        for outcome in ("upheld", "overturned"):
            letters = [example.determination_id for example in one.examples if example.outcome == outcome]
            assert len(set(letters)) == len(letters) <= 2


def test_reasons_of_a_treatment(sample_service: PrecedentService) -> None:
    told = given(sample_service, Filters(treatment=("Prilosec",), outcome=("upheld",)))
    assert 0 < told.total < given(sample_service).total
    assert "no_indication" in {one.code for one in told.reasons}
    assert all(one.overturned == 0 for one in told.reasons)


def test_a_reason_filters_by_code_or_label(sample_service: PrecedentService, sample_index: Index) -> None:
    counts = sample_index.facet("reason")
    by_label = given(sample_service, Filters(reason=("No documented functional improvement",)))
    assert by_label == given(sample_service, Filters(reason=("no_functional_improvement",)))
    assert 0 < by_label.total <= counts["no_functional_improvement"]
    with pytest.raises(FilterFault, match="unknown reason 'bad weather'"):
        given(sample_service, Filters(reason=("bad weather",)))


def test_the_index_gives_back_what_was_found(sample_index: Index) -> None:
    for key in sample_index.select(NO_FILTERS):
        letter = sample_index.determination(key.determination_id)
        assert letter
        item = letter.item(key.item)
        assert item
        for reason in sample_index.reasons(key):
            assert item.rationale.start <= reason.start < reason.end <= item.rationale.end
    assert sample_index.reasons(ItemKey("none", 1)) == ()


def test_a_precedent_tells_its_reasons(sample_service: PrecedentService, sample_index: Index) -> None:
    answer = sample_service.search("Prilosec", limit=20)
    for result in answer.results:
        held = sample_index.reasons(ItemKey(result.determination_id, result.item))
        assert result.matched.reasons == tuple(dict.fromkeys(reason.code for reason in held))
    assert any(result.matched.reasons for result in answer.results)
