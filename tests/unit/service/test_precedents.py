"""The service's own rules: which index it joins, what it refuses, how a determination is named."""

import gc
import weakref
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.errors import Fault, FilterFault, IndexFault, NotFound, RequestFault
from config.settings import Settings, load_settings
from indexer.embed import HashingEmbedder
from indexer.filters import Filters
from indexer.index import Index
from indexer.records import Determination
from service.outcomes import COHORT_FIELDS
from service.precedents import PrecedentService, open_service
from service.selection import Selection
from tests.support.fake_index import Decided, FakeIndex, letter

TRAMADOL = Decided("Tramadol 50mg #60", "No gain in function is on record.", "tramadol")


@pytest.fixture
def settings() -> Settings:
    return load_settings(flags={"model": {"kind": "hashing"}})


@pytest.fixture
def small(settings: Settings) -> PrecedentService:
    """Three letters, two of them under one case number."""
    index = FakeIndex(
        letter("CM20-1-aa", "CM20-1", TRAMADOL),
        letter("CM20-1-bb", "CM20-1", Decided("Norco", "A pill count is missing.", "hydrocodone")),
        letter("CM20-2-cc", "CM20-2", Decided("Sling", "No operation is approved.", "sling", "DME")),
    )
    return PrecedentService(index, HashingEmbedder(), settings)


def test_an_index_of_another_model_is_refused(settings: Settings) -> None:
    index = FakeIndex(letter("a", None, TRAMADOL))
    with pytest.raises(IndexFault, match=r"made by model hashing \(128 dimensions\), .*hashing \(64\): index again"):
        PrecedentService(index, HashingEmbedder(dimension=64), settings)


def test_a_settings_model_that_did_not_make_the_index_is_refused(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.precedents.load_embedder", lambda _: HashingEmbedder(dimension=64))
    with pytest.raises(IndexFault, match="index again"):
        open_service(sample_settings)


def test_open_and_close(sample_settings: Settings) -> None:
    service = open_service(sample_settings)
    assert service.search("Ultram", limit=1).results
    service.close()


def test_what_is_published_is_opened_with_the_same_model(sample_settings: Settings, monkeypatch: Any) -> None:
    service = open_service(sample_settings)
    monkeypatch.setattr("service.precedents.load_embedder", lambda _: pytest.fail("loaded again"))
    again = service.reopened()
    service.close()
    assert again.search("Ultram", limit=1).results
    assert again.generation == service.generation
    again.close()


def test_a_generation_of_another_model_is_refused_and_closed(small: PrecedentService, monkeypatch: Any) -> None:
    other = FakeIndex(letter("a", None, TRAMADOL), embedder=HashingEmbedder(dimension=64))
    monkeypatch.setattr("service.precedents.open_index", lambda _: other)
    with pytest.raises(IndexFault, match="index again"):
        small.reopened()
    assert other.closed


def test_a_generation_that_is_closed_is_let_go_without_the_collector(sample_settings: Settings) -> None:
    service = open_service(sample_settings)
    assert service.search("Ultram", limit=1).results
    assert service.ledger.outcomes(Selection()).total
    held = weakref.ref(service.index)
    service.close()
    gc.disable()
    try:
        del service
        assert held() is None
    finally:
        gc.enable()


def test_what_is_needed_first_is_loaded_before_and_faults_are_left_to_requests(
    small: PrecedentService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    values = small.index.values
    monkeypatch.setattr(small.index, "values", lambda field: (read.add(field), values(field))[1])
    small.warm_up()
    assert "ledger" in vars(small)
    assert read >= set(COHORT_FIELDS)
    empty = PrecedentService(FakeIndex(letter("a", None, TRAMADOL)), HashingEmbedder(), settings)
    vars(empty)["_settings"] = settings.model_copy(
        update={"evidence": settings.evidence.model_copy(update={"encoding": "nosuch"})}
    )
    empty.warm_up()
    with pytest.raises(RequestFault, match="nosuch"):
        empty.evidence("Ultram")


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="no index in"):
        open_service(load_settings(flags={"index": {"dir": tmp_path}, "model": {"kind": "hashing"}}))


def test_closing_closes_the_index(small: PrecedentService) -> None:
    small.close()
    assert isinstance(small.index, FakeIndex)
    assert small.index.closed


@pytest.mark.parametrize("text", ["", " ", "\n\t \u2003"])
@pytest.mark.parametrize("method", ["search", "evidence"])
def test_an_empty_request_is_refused(method: str, text: str, small: PrecedentService) -> None:
    with pytest.raises(RequestFault, match="the request is empty"):
        getattr(small, method)(text)


@pytest.mark.parametrize("method", ["search", "evidence"])
def test_a_request_longer_than_the_setting_is_refused(method: str, settings: Settings) -> None:
    short = settings.model_copy(update={"search": settings.search.model_copy(update={"max_request_chars": 10})})
    service = PrecedentService(FakeIndex(letter("a", None, TRAMADOL)), HashingEmbedder(), short)
    assert getattr(service, method)("tramadol50")
    with pytest.raises(RequestFault, match="the request has 11 characters; at most 10 are read"):
        getattr(service, method)("tramadol 50")


def test_a_request_of_broken_characters_is_refused(small: PrecedentService) -> None:
    with pytest.raises(RequestFault, match="not UTF-8"):
        small.search("tramadol \udcff")


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(limit: int, small: PrecedentService) -> None:
    with pytest.raises(RequestFault, match=f"limit must be from 1 to 100, not {limit}"):
        small.search("tramadol", limit=limit)


@pytest.mark.parametrize("budget", [0, -5, 1_000_001])
def test_a_budget_out_of_range_is_refused(budget: int, small: PrecedentService) -> None:
    with pytest.raises(RequestFault, match=f"max_tokens must be from 1 to 1000000, not {budget}"):
        small.evidence("tramadol", max_tokens=budget)


def test_an_unknown_encoding_is_refused(small: PrecedentService) -> None:
    with pytest.raises(RequestFault, match="unknown encoding 'gpt5'"):
        small.evidence("tramadol", encoding="gpt5")


@pytest.mark.parametrize("method", ["search", "evidence"])
def test_an_unknown_filter_value_is_refused(method: str, small: PrecedentService) -> None:
    with pytest.raises(FilterFault, match="unknown treatment 'moonbeams'"):
        getattr(small, method)("tramadol", Filters(treatment=("moonbeams",)))


def test_limit_and_ranks_count_for_each_item(small: PrecedentService) -> None:
    answer = small.search("tramadol 50mg; Norco 10mg", limit=2)
    assert [(result.request, result.rank) for result in answer.results] == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_no_more_items_than_the_setting(settings: Settings, small: PrecedentService) -> None:
    one = settings.model_copy(update={"search": settings.search.model_copy(update={"max_items": 1})})
    service = PrecedentService(small.index, HashingEmbedder(), one)
    assert len(service.search("tramadol 50mg; Norco 10mg").requests) == 1


def test_the_settings_budget_and_encoding_are_used(settings: Settings, small: PrecedentService) -> None:
    changed = settings.evidence.model_copy(update={"max_tokens": 3, "encoding": "cl100k_base"})
    service = PrecedentService(small.index, HashingEmbedder(), settings.model_copy(update={"evidence": changed}))
    assert service.evidence("tramadol").tokens <= 3
    wrong = settings.evidence.model_copy(update={"encoding": "runes"})
    service = PrecedentService(small.index, HashingEmbedder(), settings.model_copy(update={"evidence": wrong}))
    with pytest.raises(Fault, match="runes"):
        service.evidence("tramadol")
    assert service.evidence("tramadol", encoding="cl100k_base").requests


@pytest.mark.parametrize("name", ["CM20-2-cc", "CM20-2"])
def test_determination_by_id_and_by_case(name: str, small: PrecedentService) -> None:
    assert small.determination(name).id == "CM20-2-cc"


def test_determination_in_any_case_and_with_spaces_around(sample_service: PrecedentService) -> None:
    expected = sample_service.determination("SAMPLE-0001")
    assert sample_service.determination(" sample-0001 ") is expected
    assert sample_service.determination(expected.id.upper()) is expected


def test_determination_two_texts_of_one_case_are_named(small: PrecedentService) -> None:
    with pytest.raises(NotFound, match="case 'CM20-1' has 2 texts, name one by its id: CM20-1-aa, CM20-1-bb"):
        small.determination("CM20-1")
    assert small.determination("CM20-1-bb").items[0].title == "Norco"


@pytest.mark.parametrize("name", ["CM99-9", "", "'; DROP TABLE items; --", "\0"])
def test_determination_a_missing_one_is_told(name: str, sample_service: PrecedentService) -> None:
    with pytest.raises(NotFound, match="no determination"):
        sample_service.determination(name)


def test_every_determination_is_found_by_its_id_and_is_whole(
    sample_service: PrecedentService, sample_determinations: tuple[Determination, ...]
) -> None:
    for determination in sample_determinations:
        assert sample_service.determination(determination.id) == determination


def test_answers_are_written_as_json_and_read_back(sample_service: PrecedentService) -> None:
    answers: list[Any] = [sample_service.search("Ultram"), sample_service.evidence("Ultram")]
    for answer in answers:
        assert msgspec.json.decode(msgspec.json.encode(answer), type=type(answer)) == answer


def test_the_base_rate_is_asked_once(sample_index: Index, sample_settings: Settings, monkeypatch: Any) -> None:
    counted: list[Index] = []

    def count(index: Index) -> float:
        counted.append(index)
        return 0.5

    monkeypatch.setattr("service.precedents.base_rate_of", count)
    service = PrecedentService(sample_index, HashingEmbedder(), sample_settings)
    rates = [service.evidence("Ultram").requests[0].outcomes.base_rate for _ in range(2)]
    assert (rates, counted) == ([0.5, 0.5], [sample_index])
