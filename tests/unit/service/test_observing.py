"""Stages and coverage are told to whoever watches the request at hand, and to nobody else."""

import contextvars
import threading

import pytest

from config.settings import Settings
from indexer.embed import HashingEmbedder
from service.observing import STAGES, Stage, observer, stage, tell_coverage
from service.precedents import PrecedentService
from service.records import Coverage
from tests.support.fake_index import Decided, FakeIndex, letter


class Noted:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self.coverages: list[Coverage] = []

    def stage(self, name: Stage, seconds: float) -> None:
        """Keep a stage."""
        assert seconds >= 0
        self.stages.append(name)

    def coverage(self, coverage: Coverage) -> None:
        """Keep a coverage."""
        self.coverages.append(coverage)


def watched(noted: Noted, work: object) -> None:
    """Do some work in a context of its own that is watched."""

    def begin() -> None:
        observer.set(noted)
        assert callable(work)
        work()

    contextvars.copy_context().run(begin)


@pytest.fixture
def service(sample_settings: Settings) -> PrecedentService:
    held = FakeIndex(letter("a", "A", Decided("Ultram 50mg", "Tramadol is not needed here.", "tramadol")))
    return PrecedentService(held, HashingEmbedder(), sample_settings)


def test_a_search_tells_its_stages_in_order_and_its_coverage(service: PrecedentService) -> None:
    noted = Noted()
    watched(noted, lambda: service.search("Ultram 50mg"))
    assert noted.stages == ["understand", "embed", "retrieve", "fold"]
    assert noted.coverages == [service.search("Ultram 50mg").requests[0].coverage]


def test_evidence_tells_one_stage_more(service: PrecedentService) -> None:
    noted = Noted()
    watched(noted, lambda: service.evidence("Ultram 50mg"))
    assert noted.stages == ["understand", "embed", "retrieve", "fold", "evidence"]


def test_what_fails_is_told_too() -> None:
    noted = Noted()

    def fail() -> None:
        with stage("render"):
            raise KeyError

    with pytest.raises(KeyError):
        watched(noted, fail)
    assert noted.stages == ["render"]


def test_nobody_is_told_of_another_s_request(service: PrecedentService) -> None:
    noted = Noted()
    other = threading.Thread(target=service.search, args=("Ultram 50mg",))

    def work() -> None:
        other.start()
        other.join()

    watched(noted, work)
    tell_coverage("close")
    assert (noted.stages, noted.coverages) == ([], [])


def test_every_stage_has_a_name() -> None:
    assert len(set(STAGES)) == len(STAGES) > 0
