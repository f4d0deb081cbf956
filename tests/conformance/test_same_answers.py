"""The sample letters give the same answers from both engines."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.settings import Settings
from indexer.columns import CITED_FIELDS
from indexer.embed import HashingEmbedder
from indexer.filters import FACETS, NO_FILTERS, Filters
from service.precedents import PrecedentService
from tests.support.engines import Pair

EMBEDDER = HashingEmbedder()
HALVES = 2e-3
# Scores by words are told to 17 bits, so two that are the same to float32's precision may be told a step apart.
STEP = 2.0**-16

WORDS = st.sampled_from(["pain", "the", "knee", "opioid", "therapy", "denied", "not", "imaging", "weeks", "zebra"])
SOME = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
FILTERS = st.builds(
    Filters,
    outcome=st.sampled_from([(), ("upheld",), ("overturned",)]),
    body_region=st.sampled_from([(), ("knee",), ("lumbar spine", "shoulder")]),
    guideline=st.sampled_from([(), ("mtus",), ("chronic pain",)]),
    reason=st.sampled_from([(), ("no_objective_findings", "monitoring_or_safety")]),
    decision_from=st.sampled_from([None, date(2015, 1, 1)]),
    decision_to=st.sampled_from([None, date(2016, 12, 31)]),
    phrases=st.sampled_from([(), ("low back",), ("not medically necessary",), ("of the",)]),
)


def test_the_same_items_values_and_columns(pair: Pair) -> None:
    assert pair.embedded.select(NO_FILTERS) == pair.postgres.select(NO_FILTERS)
    assert pair.embedded.fingerprint == pair.postgres.fingerprint
    assert pair.embedded.counts == pair.postgres.counts
    for name, one, other in zip(
        pair.embedded.columns._fields, pair.embedded.columns, pair.postgres.columns, strict=True
    ):
        assert np.array_equal(one, other), name
    for field in (*FACETS, *CITED_FIELDS):
        one, other = pair.embedded.values(field), pair.postgres.values(field)
        assert one.names == other.names, field
        assert np.array_equal(one.code, other.code), field
        assert np.array_equal(one.row, other.row), field


@pytest.mark.parametrize("field", ["outcome", *FACETS])
def test_the_same_facets_in_the_same_order(pair: Pair, field: str) -> None:
    assert list(pair.embedded.facet(field).items()) == list(pair.postgres.facet(field).items())


def test_the_same_of_every_item(pair: Pair) -> None:
    for key in pair.embedded.select(NO_FILTERS):
        assert pair.embedded.reasons(key) == pair.postgres.reasons(key)
        assert pair.embedded.stands_for(key) == pair.postgres.stands_for(key)
        assert pair.embedded.determination(key.determination_id) == pair.postgres.determination(key.determination_id)
        assert pair.embedded.vectors(key) == pytest.approx(pair.postgres.vectors(key), abs=HALVES)


@hypothesis_settings(max_examples=40)
@given(filters=FILTERS)
def test_the_same_rows_under_any_filter(pair: Pair, filters: Filters) -> None:
    assert np.array_equal(pair.embedded.rows(filters), pair.postgres.rows(filters))


@hypothesis_settings(max_examples=40)
@given(text=SOME, filters=FILTERS, stemmed=st.booleans())
def test_the_same_bm25(pair: Pair, text: str, filters: Filters, *, stemmed: bool) -> None:
    one = pair.embedded.search_text(text, 50, filters, stemmed=stemmed)
    other = pair.postgres.search_text(text, 50, filters, stemmed=stemmed)
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], rel=STEP)
    # What is a step above the last is in both; which of the others comes last may hang on how they were rounded.
    least = one[-1].score * (1 + 2 * STEP) if one else 0.0
    sure = [{hit.key: hit.score for hit in hits if hit.score > least} for hits in (one, other)]
    assert {**sure[0], **sure[1]}.keys() <= {hit.key for hit in one} & {hit.key for hit in other}
    assert sure[0] == pytest.approx({hit.key: hit.score for hit in other if hit.key in sure[0]}, rel=STEP)


@hypothesis_settings(max_examples=40)
@given(text=SOME, filters=FILTERS)
def test_the_same_cosines(pair: Pair, text: str, filters: Filters) -> None:
    vector = EMBEDDER.encode([text])[0]
    one = pair.embedded.search_vector(vector, 30, filters)
    other = pair.postgres.search_vector(vector, 30, filters)
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=HALVES)


@pytest.mark.parametrize("engine", ["embedded", "postgres"])
def test_items_side_by_side_get_the_answers_they_get_in_turn(
    pair: Pair, engine: str, sample_settings: Settings
) -> None:
    asked = "1. MRI of the lumbar spine\n2. Tramadol 50mg #60\n3. Physical therapy to the knee\n4. Norco 10/325mg"
    index = getattr(pair, engine)
    packs = []
    for threads in (1, 4):
        model = sample_settings.model.model_copy(update={"threads": threads})
        service = PrecedentService(index, EMBEDDER, sample_settings.model_copy(update={"model": model}))
        packs.append((service.evidence(asked), service.search(asked).results))
    assert packs[0] == packs[1]
    assert len(packs[0][0].requests) == 4
    assert packs[0][0].citations
