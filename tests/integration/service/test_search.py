"""Searching the sample letters with the stand-in model: the service from request to precedents."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from eval.letters.records import SampleLetter, disputed
from indexer.embed import HashingEmbedder
from indexer.filters import Filters
from service.precedents import PrecedentService
from service.records import SearchAnswer

ULTRAM = "Ultram 50mg #60"


def concepts(answer: SearchAnswer) -> list[set[str]]:
    return [{treatment.concept for treatment in result.treatments} for result in answer.results]


def test_a_brand_finds_its_drugs_decisions_first(sample_service: PrecedentService) -> None:
    answer = sample_service.search(ULTRAM)
    assert [treatment.concept for treatment in answer.requests[0].treatments] == ["tramadol"]
    found = concepts(answer)
    known = len(sample_service.index.select(Filters(treatment=("tramadol",))))
    folded = sum(len(result.duplicates) for result in answer.results)
    assert all("tramadol" in one for one in found[: min(10, known - folded)])
    assert answer.results[0].matched.concepts == ("tramadol",)


def test_a_sentence_around_the_drug_changes_nothing_of_that(sample_service: PrecedentService) -> None:
    answer = sample_service.search(f"{ULTRAM} for chronic low back pain")
    assert "tramadol" in concepts(answer)[0]
    assert answer.requests[0].body_regions


def test_answers_are_whole(sample_service: PrecedentService) -> None:
    answer = sample_service.search("MRI of the lumbar spine\nNorco 10/325mg #60", limit=4)
    assert len(answer.requests) == 2
    assert answer.index.model == "hashing"
    assert answer.index.generation == sample_service.index.generation
    assert answer.took_ms >= 0
    for number in (0, 1):
        mine = [result for result in answer.results if result.request == number]
        assert [result.rank for result in mine] == [1, 2, 3, 4]
        assert [result.score for result in mine] == sorted((result.score for result in mine), reverse=True)
    for result in answer.results:
        determination = sample_service.determination(result.determination_id)
        item = determination.item(result.item)
        assert item
        assert (result.title, result.outcome, result.citations) == (item.title, item.outcome, item.citations)
        assert result.decision_date == determination.dates.decision
        for passage in result.passages:
            assert passage.text == determination.text[passage.start : passage.end]
            assert item.rationale.start <= passage.start < passage.end <= item.rationale.end


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (Filters(outcome=("overturned",)), lambda result: result.outcome == "overturned"),
        (Filters(treatment=("Ultram",)), lambda result: any(one.concept == "tramadol" for one in result.treatments)),
        (
            Filters(category=("pharmaceuticals",)),
            lambda result: any(one.category.startswith("Pharmaceuticals") for one in result.treatments),
        ),
        (Filters(body_region=("low back",)), lambda result: "lumbar spine" in result.body_regions),
        (Filters(specialty=("pain management",)), lambda result: any("Pain" in name for name in result.specialties)),
        (
            Filters(guideline=("odg",)),
            lambda result: any(one.authority == "ODG" and one.cited_by == "imr" for one in result.citations),
        ),
        (
            Filters(decision_from=dt.date(2015, 1, 1), decision_to=dt.date(2015, 12, 31)),
            lambda result: result.decision_date.year == 2015,
        ),
    ],
)
def test_filters_hold_for_every_result(filters: Filters, holds: Any, sample_service: PrecedentService) -> None:
    text = "Physical therapy for the lumbar spine; tramadol"
    answer = sample_service.search(text, filters, limit=100)
    assert answer.results
    assert all(holds(result) for result in answer.results)
    everything = sample_service.search(text, limit=100)
    assert not all(holds(result) for result in everything.results)


def test_excluded_cases_are_absent_by_number_and_by_id(sample_service: PrecedentService) -> None:
    found = sample_service.search(ULTRAM, limit=100).results
    by_number, by_id = found[0].case_number, found[1].determination_id
    assert by_number
    left = sample_service.search(ULTRAM, Filters(exclude_cases=(by_number.lower(), by_id)), limit=100).results
    assert len(left) > 10
    assert {by_number, found[1].case_number}.isdisjoint({result.case_number for result in left})
    pack = sample_service.evidence(ULTRAM, Filters(exclude_cases=(by_number, by_id)))
    assert pack.citations
    assert {by_number, found[1].case_number}.isdisjoint({citation.case_number for citation in pack.citations})


def test_a_letters_own_item_is_found_from_its_own_words(
    sample_service: PrecedentService, samples: tuple[SampleLetter, ...]
) -> None:
    for letter in samples[::9]:
        item = letter.items[0]
        answer = sample_service.search(f"{disputed(item)}. {item.rationale}", limit=100)
        assert letter.case in {result.case_number for result in answer.results}


def test_threads_that_search_at_once_get_the_same_answers(
    sample_service: PrecedentService, samples: tuple[SampleLetter, ...]
) -> None:
    texts = [disputed(letter.items[0]) for letter in samples[:24]]

    def ask(text: str) -> bytes:
        found = sample_service.search(text, limit=5)
        return msgspec.json.encode([found.requests, found.results, sample_service.evidence(text, max_tokens=500)])

    alone = [ask(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, texts * 3)) == alone * 3


def test_two_services_over_one_index_agree(sample_service: PrecedentService, sample_settings: Any) -> None:
    other = PrecedentService(sample_service.index, HashingEmbedder(), sample_settings)
    one, two = (service.search(ULTRAM).results for service in (sample_service, other))
    assert one == two
