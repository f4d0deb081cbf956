"""When another generation is opened, and what becomes of one that cannot be."""

import logging
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from config.errors import IndexFault
from config.settings import Settings, load_settings
from service.web.generations import Generation, Generations
from service.web.metrics import Metrics
from service.web.reload import Reloader
from tests.support.fake_service import FakeService

Point = Callable[[str], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(flags={"index": {"dir": tmp_path}})


@pytest.fixture
def point(tmp_path: Path) -> Point:
    """Return a function that publishes a generation, as far as its name goes."""

    def to(name: str) -> None:
        (tmp_path / "generations" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "CURRENT").write_text(f"{name}\n")

    to("g1")
    return to


class Watched:
    """A reloader over g1, at a clock that is told."""

    def __init__(self, settings: Settings) -> None:
        self.service = FakeService()
        self.held = Generations()
        self.held.take_up(Generation(self.service))
        self.metrics = Metrics()
        self.reloader = Reloader(settings, self.held, self.metrics)

    def look(self, now: float) -> str:
        """Look, and return the name of what answers then."""
        anyio.run(self.reloader.look, now)
        assert self.held.current
        return self.held.current.name

    def counted(self, outcome: str) -> float | None:
        """Return how many reloads ended so."""
        return self.metrics.registry.get_sample_value("imr_reloads_total", {"outcome": outcome})


@pytest.fixture
def watched(settings: Settings, point: Point) -> Watched:
    del point
    return Watched(settings)


def another(name: str) -> FakeService:
    service = FakeService()
    service.name = name
    return service


def test_nothing_is_opened_while_nothing_is_published(watched: Watched) -> None:
    assert [watched.look(now) for now in (10, 11, 12)] == ["g1"] * 3
    assert watched.counted("ok") == 0


def test_what_is_published_is_taken_up_and_the_old_one_closed(
    watched: Watched, point: Point, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watched.service.next = another("g2")
    point("g2")
    assert watched.look(10) == "g2"
    assert watched.look(11) == "g2"
    assert watched.service.closed
    assert (watched.counted("ok"), watched.counted("failed")) == (1, 0)
    assert caplog.messages == ["generation g2 answers now, after g1"]


def test_it_is_looked_no_more_often_than_set(settings: Settings, point: Point) -> None:
    server = settings.server.model_copy(update={"reload_seconds": 5})
    watched = Watched(settings.model_copy(update={"server": server}))
    watched.look(100)
    watched.service.next = another("g2")
    point("g2")
    assert [watched.look(now) for now in (104, 105)] == ["g1", "g2"]


def test_zero_looks_only_when_asked(settings: Settings, point: Point) -> None:
    server = settings.server.model_copy(update={"reload_seconds": 0})
    watched = Watched(settings.model_copy(update={"server": server}))
    watched.service.next = another("g2")
    point("g2")
    assert watched.look(100) == "g1"
    watched.reloader.ask()
    assert watched.look(101) == "g2"


def test_asked_for_the_same_name_is_opened_anew(watched: Watched) -> None:
    watched.service.next = fresh = another("g1")
    watched.reloader.ask()
    watched.look(10)
    assert watched.held.current is not None
    assert watched.held.current.service is fresh
    watched.look(11)
    assert watched.counted("ok") == 1


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(IndexFault("vectors are damaged"), "vectors are damaged"), (MemoryError("secret"), "MemoryError")],
)
def test_what_cannot_be_opened_changes_nothing_and_is_tried_again(
    watched: Watched, point: Point, caplog: pytest.LogCaptureFixture, failure: Exception, reason: str
) -> None:
    watched.service.next = failure
    point("g2")
    assert watched.look(100) == "g1"
    assert caplog.messages == [f"generation g2 cannot be opened, g1 goes on answering: {reason}"]
    assert watched.look(101) == watched.look(159) == "g1"
    assert watched.counted("failed") == 1
    watched.look(160)
    assert watched.counted("failed") == 2
    watched.service.next = another("g3")
    point("g3")
    assert watched.look(161) == "g3"
    assert not watched.service.closed
    watched.look(162)
    assert watched.service.closed


def test_a_pointer_that_cannot_be_read_is_told_once(watched: Watched, tmp_path: Path) -> None:
    watched.service.next = IndexFault("half written")
    (tmp_path / "CURRENT").write_text("nowhere\n")
    assert watched.look(100) == watched.look(101) == "g1"
    assert watched.counted("failed") == 1
