"""Coverage over whole indexes: the sample letters with the stand-in model, the real letters with the real one.

The floors are the figures of docs/coverage.md less one request.
"""

from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from eval.coverage.logistic import none_rates
from eval.coverage.measure import Measured, measure
from eval.coverage.texts import sample_requests, shared_requests
from indexer.build import build_index
from indexer.embed import HashingEmbedder, load_embedder
from indexer.index import Index
from indexer.store.open import open_index
from service.precedents import PrecedentService

SHARED = Path(__file__).parents[4] / "shared"


def rates(measured: list[Measured], service: PrecedentService) -> dict[tuple[str, bool], float]:
    calibration = service.calibration
    return dict(none_rates(measured, calibration, calibration.related))


def test_half_of_the_off_topic_requests_are_real_treatments_and_both_halves_are_large() -> None:
    requests = shared_requests()
    off_topic = [request for request in requests if not request.answerable]
    assert len({request.id for request in requests}) == len(requests)
    assert sum(request.kind != "other" for request in off_topic) >= len(off_topic) / 2
    for half in ("fit", "held"):
        assert sum(request.half == half for request in off_topic) >= 100
        assert sum(request.half == half and request.answerable for request in requests) >= 100


def test_the_sample_letters_with_a_model_that_is_not_calibrated(
    sample_index: Index, sample_settings: Settings, sample_service: PrecedentService
) -> None:
    assert not sample_service.calibration.calibrated
    found = rates(measure(sample_requests(), sample_index, HashingEmbedder(), sample_settings), sample_service)
    assert found["vocabulary", False] >= 0.9
    assert found["vocabulary", True] <= 0.1


def test_nothing_is_quoted_for_what_is_not_covered(sample_service: PrecedentService) -> None:
    told = []
    for request in [one for one in sample_requests() if not one.answerable][::6]:
        answer, pack = sample_service.search(request.text), sample_service.evidence(request.text)
        assert [one.coverage for one in answer.requests] == [one.coverage for one in pack.requests]
        told.extend(pack.requests)
    none = [one for one in told if one.coverage == "none"]
    assert len(none) >= 0.9 * len(told)
    assert {(one.supporting, one.contrary) for one in none} == {((), ())}


def test_an_answer_says_whether_its_coverage_is_calibrated(sample_service: PrecedentService) -> None:
    assert not sample_service.search("Norco", limit=1).index.calibrated


@pytest.mark.real
@pytest.mark.model
@pytest.mark.timeout(1800)
def test_the_real_letters_on_the_half_that_nothing_was_fitted_on(tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("the real letters of ../shared are not here")
    settings = load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"threads": 1}})
    embedder = load_embedder(settings.model)
    build_index([SHARED / "letters", SHARED / "seeds"], settings, embedder)
    index = open_index(settings)
    held = [request for request in shared_requests() if request.half == "held"]
    service = PrecedentService(index, embedder, settings)
    assert service.calibration.calibrated
    found = rates(measure(held, index, embedder, settings), service)
    index.close()
    # Measured: 94.8% and 4.3%; with the vocabulary emptied 94.1% and 9.5% (wanted: 95% and 5%). Less about one request.
    assert found["vocabulary", False] >= 0.94
    assert found["vocabulary", True] <= 0.052
    assert found["emptied", False] >= 0.933
    assert found["emptied", True] <= 0.104
