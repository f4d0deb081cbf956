"""Candidates for one item: filters hold, the best stand first, equals by key, no decision of a known drug missed."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from indexer.embed import HashingEmbedder
from indexer.facts import facts_of
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.parse.normalise import default_normaliser
from service.retrieve import Candidate, retrieve
from service.understand import understand
from tests.support.fake_index import Decided, FakeIndex, letter

EMBEDDER = HashingEmbedder()


def found(
    index: Index, settings: Settings, text: str, filters: Filters = NO_FILTERS, **changed: object
) -> list[Candidate]:
    (asked,) = understand(text, default_normaliser(), 1)
    search = settings.search.model_copy(update=changed)
    return retrieve(asked, EMBEDDER.encode([asked.text])[0], index, default_normaliser(), filters, search)


def test_the_best_stand_first_and_equals_by_key(sample_index: Index, sample_settings: Settings) -> None:
    candidates = found(sample_index, sample_settings, "Physical therapy for the low back")
    order = [(-candidate.score, candidate.key) for candidate in candidates]
    assert len(candidates) > 100
    assert order == sorted(order)
    assert len({candidate.key for candidate in candidates}) == len(candidates)


def test_equals_stand_by_key(sample_settings: Settings) -> None:
    names = ["C", "A", "D", "B"]
    index = FakeIndex(*(letter(name, None, Decided("Tramadol", "No gain.", "tramadol")) for name in names))
    candidates = found(index, sample_settings, "tramadol", dense_weight=0.0, lexical_weight=0.0)
    assert [candidate.key.determination_id for candidate in candidates] == ["A", "B", "C", "D"]


def test_candidates_are_what_the_index_holds(sample_index: Index, sample_settings: Settings) -> None:
    for candidate in found(sample_index, sample_settings, "Ultram 50mg #60"):
        letter = sample_index.determination(candidate.key.determination_id)
        item = letter.item(candidate.key.item) if letter else None
        assert letter
        assert item
        assert candidate.facts == facts_of(letter, item)
        assert candidate.lexical_rank or candidate.dense_rank
        assert (candidate.similarity is None) == (candidate.dense_rank is None) == (candidate.passages == ())
        scores = [hit.score for hit in candidate.passages]
        assert scores == sorted(scores, reverse=True)
        if candidate.passages:
            assert candidate.similarity == scores[0]
            assert {hit.key for hit in candidate.passages} == {candidate.key}


def test_ranks_count_from_one_without_gaps(sample_index: Index, sample_settings: Settings) -> None:
    candidates = found(sample_index, sample_settings, "Ultram 50mg #60")
    for name in ("lexical_rank", "dense_rank"):
        ranks = sorted(rank for candidate in candidates if (rank := getattr(candidate, name)))
        assert ranks == list(range(1, len(ranks) + 1))


def test_no_decision_of_a_known_drug_is_missed(sample_index: Index, sample_settings: Settings) -> None:
    about = set(sample_index.select(Filters(treatment=("tramadol",))))
    candidates = found(sample_index, sample_settings, "Ultram for pain after the sixth surgery", candidates=len(about))
    assert about <= {candidate.key for candidate in candidates}
    assert about <= {candidate.key for candidate in candidates if candidate.similarity is not None}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(outcome=("overturned",)),
        Filters(treatment=("naproxen",)),
        Filters(category=("Surgery",)),
        Filters(body_region=("knee", "shoulder")),
        Filters(specialty=("Orthopedic Surgery",)),
        Filters(guideline=("odg",)),
        Filters(decision_from=dt.date(2015, 3, 1)),
        Filters(decision_to=dt.date(2014, 12, 31), outcome=("upheld",)),
    ],
)
def test_filters_hold(filters: Filters, sample_index: Index, sample_settings: Settings) -> None:
    allowed = set(sample_index.select(filters))
    candidates = found(sample_index, sample_settings, "Ultram for the knee", filters)
    assert candidates
    assert {candidate.key for candidate in candidates} <= allowed


def test_excluded_cases_are_absent(sample_index: Index, sample_settings: Settings) -> None:
    first, second = found(sample_index, sample_settings, "Ultram")[:2]
    letter = sample_index.determination(first.key.determination_id)
    assert letter
    assert letter.case_number
    excluded = (letter.case_number, second.key.determination_id)
    left = found(sample_index, sample_settings, "Ultram", Filters(exclude_cases=excluded))
    assert left
    gone = {first.key.determination_id, second.key.determination_id}
    assert gone.isdisjoint(candidate.key.determination_id for candidate in left)


def test_a_filter_that_nothing_passes_finds_nothing(sample_index: Index, sample_settings: Settings) -> None:
    filters = Filters(decision_from=dt.date(2031, 1, 1))
    assert found(sample_index, sample_settings, "Ultram", filters) == []


def test_weights_of_nothing_leave_a_ranking_out(sample_index: Index, sample_settings: Settings) -> None:
    dense = found(sample_index, sample_settings, "something unheard of", lexical_weight=0.0, concept_weight=0.0)
    ranks = [candidate.dense_rank for candidate in dense if candidate.score > 0]
    assert ranks == list(range(1, len(ranks) + 1))


def test_a_drug_decision_outranks_likeness_alone(sample_index: Index, sample_settings: Settings) -> None:
    candidates = found(sample_index, sample_settings, "Ultram for chronic low back pain")
    about = set(sample_index.select(Filters(treatment=("tramadol",))))
    assert {candidate.key for candidate in candidates[:5]} <= about


def test_the_outcome_that_a_request_names_comes_first(sample_index: Index, sample_settings: Settings) -> None:
    for outcome, word in (("overturned", "granted"), ("upheld", "denied")):
        candidates = found(sample_index, sample_settings, f"physical therapy {word}?", outcome_weight=9.0)
        assert candidates[0].facts.outcome == outcome
        assert {candidate.signals.outcome for candidate in candidates} == {0.0, 1.0}
    neutral = found(sample_index, sample_settings, "physical therapy", outcome_weight=9.0)
    assert {candidate.signals.outcome for candidate in neutral} == {0.0}


def test_a_class_that_is_asked_for_finds_its_members(sample_index: Index, sample_settings: Settings) -> None:
    best = found(sample_index, sample_settings, "narcotic refill, no contract on file", concept_weight=9.0)[0]
    assert "Pharmaceuticals > Opioids" in {treatment.category for treatment in best.facts.treatments}


def test_signals_lie_where_weights_expect_them(sample_index: Index, sample_settings: Settings) -> None:
    for candidate in found(sample_index, sample_settings, "Ultram for the knee"):
        assert -1.001 <= candidate.signals.dense <= 1.001
        assert 0 <= candidate.signals.lexical <= 1
        assert 0 <= candidate.signals.concept <= 1.35 + 1e-9


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_gets_candidates_in_order(sample_index: Index, sample_settings: Settings, text: str) -> None:
    candidates = found(sample_index, sample_settings, text)
    order = [(-candidate.score, candidate.key) for candidate in candidates]
    assert order == sorted(order)
    assert found(sample_index, sample_settings, text) == candidates


def test_an_index_that_lists_what_it_does_not_hold_is_a_failure(sample_settings: Settings) -> None:
    index = FakeIndex(letter("A", None, Decided("Tramadol", "No gain.", "tramadol")))
    index._letters.clear()  # noqa: SLF001 - an index that drifted apart
    (asked,) = understand("tramadol", default_normaliser(), 1)
    vector = np.ones(EMBEDDER.fingerprint.dimension, dtype=np.float32)
    with pytest.raises(LookupError, match="A"):
        retrieve(asked, vector, index, default_normaliser(), NO_FILTERS, sample_settings.search)
    assert ItemKey("A", 1) in index.select(NO_FILTERS)
