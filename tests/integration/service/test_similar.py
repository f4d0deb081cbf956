"""Precedents like an indexed item: ranked as a search's results, never of its own case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import FilterFault, NotFound, RequestFault
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination
from service.precedents import PrecedentService
from service.similar import vector_of


@given(st.data())
@settings(max_examples=25)
def test_similar_items_are_of_other_letters(
    sample_service: PrecedentService, sample_determinations: tuple[Determination, ...], data: st.DataObject
) -> None:
    letter = data.draw(st.sampled_from(sample_determinations))
    item = data.draw(st.sampled_from(letter.items))
    found = sample_service.similar(letter.id, item.number, limit=5)
    assert [result.rank for result in found.results] == [1, 2, 3, 4, 5]
    scores = [result.score for result in found.results]
    assert scores == sorted(scores, reverse=True)
    for result in found.results:
        assert result.case_number != letter.case_number
        assert letter.id not in {twin.determination_id for twin in result.duplicates}
    assert found.requests[0].text == item.request
    named = {treatment.concept for treatment in item.treatments}
    others = {
        treatment.concept
        for other in sample_determinations
        if other.id != letter.id
        for one in other.items
        for treatment in one.treatments
    }
    if named & others:
        # Of the first results at least one is of the same treatment; close kin may stand before it.
        shown = {treatment.concept for result in found.results for treatment in result.treatments}
        assert named & shown


def test_an_item_lies_where_its_passages_lie(sample_index: Index) -> None:
    for key in sample_index.select(NO_FILTERS)[::7]:
        vector = vector_of(key, sample_index)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        nearest = sample_index.search_vector(vector, 20)
        assert key in {hit.key for hit in nearest}
        if len(sample_index.vectors(key)) == 1:
            assert nearest[0].score == pytest.approx(1, abs=1e-5)
    assert sample_index.vectors(ItemKey("nobody", 1)).shape == (0, sample_index.fingerprint.dimension)


def test_filters_hold(sample_service: PrecedentService, sample_determinations: tuple[Determination, ...]) -> None:
    letter = sample_determinations[0]
    found = sample_service.similar(letter.id, 1, Filters(outcome=("overturned",)), 4)
    assert {result.outcome for result in found.results} == {"overturned"}
    with pytest.raises(FilterFault, match="unknown treatment"):
        sample_service.similar(letter.id, 1, Filters(treatment=("no such thing",)))


def test_what_is_not_there(sample_service: PrecedentService, sample_determinations: tuple[Determination, ...]) -> None:
    letter = sample_determinations[0]
    with pytest.raises(NotFound, match="no determination 'x' in the index"):
        sample_service.similar("x", 1)
    with pytest.raises(NotFound, match=rf"determination '{letter.id}' has no item 99; it has {len(letter.items)}"):
        sample_service.similar(letter.id, 99)
    with pytest.raises(RequestFault, match="limit must be from 1 to 100, not 0"):
        sample_service.similar(letter.id, 1, limit=0)
