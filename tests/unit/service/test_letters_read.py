"""Letters are read for what is shown or quoted, not for what is ranked."""

from typing import Any, cast

import pytest

from config.settings import Settings
from indexer.embed import HashingEmbedder
from indexer.index import Index
from service.precedents import PrecedentService
from service.selection import Selection
from tests.support.counting_index import CountingIndex

REQUESTS = [
    "Ultram 50mg #60 for chronic low back pain",
    "something unheard of",
    "Request for authorization:\n1. Physical therapy for the knee\n2. MRI of the lumbar spine\n3. Norco 10/325mg",
]


@pytest.fixture
def counting(sample_index: Index) -> CountingIndex:
    """The sample index, counting."""
    return CountingIndex(sample_index)


def service_over(counting: CountingIndex, settings: Settings, **evidence: Any) -> PrecedentService:
    changed = settings.model_copy(update={"evidence": settings.evidence.model_copy(update=evidence)})
    return PrecedentService(cast("Index", counting), HashingEmbedder(), changed)


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("text", REQUESTS)
def test_a_search_reads_each_letter_that_it_shows_once_a_result(
    counting: CountingIndex, sample_settings: Settings, text: str, limit: int
) -> None:
    answer = service_over(counting, sample_settings).search(text, limit=limit)
    assert answer.results
    assert counting.read == [result.determination_id for result in answer.results]


def test_ranking_alone_reads_none(counting: CountingIndex, sample_settings: Settings) -> None:
    service = service_over(counting, sample_settings)
    assert all(near.words for near in service.nearness(REQUESTS[0]))
    assert counting.read == []


@pytest.mark.parametrize("text", [REQUESTS[0], REQUESTS[2]])
def test_a_pack_reads_letters_until_its_sides_are_full(
    counting: CountingIndex, sample_settings: Settings, text: str
) -> None:
    service = service_over(counting, sample_settings, quotes_per_side=1)
    pack = service.evidence(text, max_tokens=100_000)
    cited = [citation.determination_id for citation in pack.citations]
    assert cited
    assert set(counting.read) == set(cited)
    # Once to choose the quote, for each request that it answers, and once to hold it against the text.
    quotes = sum(len(request.supporting) + len(request.contrary) for request in pack.requests)
    assert len(counting.read) == quotes + len(cited)


def test_reasons_read_the_letters_of_their_examples_alone(counting: CountingIndex, sample_settings: Settings) -> None:
    given = service_over(counting, sample_settings).ledger.reasons(Selection())
    shown = [example.determination_id for reason in given.reasons for example in reason.examples]
    assert sorted(counting.read) == sorted(shown)
