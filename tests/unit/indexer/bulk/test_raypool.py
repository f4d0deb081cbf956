"""What Ray is told and what its answers become, with a stand-in for Ray."""

import os
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from config.errors import IndexFault
from indexer.bulk.raypool import RayPool, connected, has_gpu
from indexer.bulk.schedule import Lost, Made, Ready, Refused
from indexer.bulk.worker import Answer, ShardWorker
from indexer.sharding import Cut
from tests.support.fake_pool import summary_of


class RayError(Exception):
    """Ray's own."""


class FakeRay:
    """As much of Ray as the pool uses; `answers` are given in turn, an exception is raised."""

    def __init__(self, nodes: list[dict[str, Any]], *answers: Answer | Exception) -> None:
        self.exceptions = SimpleNamespace(RayError=RayError)
        self.nodes = lambda: nodes
        self.init_with: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self.remote_with: dict[str, Any] = {}
        self.jobs: list[bytes] = []
        self.called: list[str] = []
        self.killed: list[object] = []
        self.down = 0
        self._answers = list(answers)

    def init(self, *arguments: object, **options: object) -> None:
        """Note how it was called, and print as Ray does."""
        print("a node died")  # noqa: T201 - it does
        self.init_with = (arguments, options)

    def shutdown(self) -> None:
        """Note it."""
        print("a node died")  # noqa: T201 - it does
        self.down += 1

    def remote(self, **options: object) -> Callable[[type], Any]:
        """Return a decorator that makes actor classes."""
        self.remote_with = options

        def decorate(kept: type) -> Any:
            assert kept is ShardWorker
            return SimpleNamespace(remote=self._actor)

        return decorate

    def _actor(self, job: bytes) -> Any:
        self.jobs.append(job)
        number = len(self.jobs) - 1
        return SimpleNamespace(
            load=SimpleNamespace(remote=lambda: self._ask(f"{number}.load")),
            embed=SimpleNamespace(remote=lambda shard: self._ask(f"{number}.embed({shard})")),
        )

    def _ask(self, call: str) -> str:
        self.called.append(call)
        return call

    def wait(self, asked: list[str], *, num_returns: int, timeout: float) -> tuple[list[str], list[str]]:
        """Say that the first is done."""
        assert (num_returns, timeout) == (1, 0.1)
        return asked[:1], asked[1:]

    def get(self, _asked: str) -> bytes:
        """Return the next answer."""
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return msgspec.json.encode(answer)

    def kill(self, actor: object, *, no_restart: bool) -> None:
        """Note it."""
        assert no_restart
        self.killed.append(actor)


def node(*, alive: bool = True, **resources: float) -> dict[str, Any]:
    """Return a node as Ray describes it."""
    return {"Alive": alive, "Resources": resources}


def pool(ray: FakeRay, cpus: int = 1, gpus: int = 0) -> RayPool:
    """Return a pool over a stand-in."""
    return RayPool(ray, b"{}", cpus, gpus)  # type: ignore[arg-type] # a stand-in for the module


@pytest.mark.parametrize(
    ("cpus", "gpus", "room"),
    [(1, 0, 9), (2, 0, 4), (3, 0, 2), (5, 0, 1), (1, 1, 2), (64, 0, 0)],
)
def test_room_is_counted_node_by_node(cpus: int, gpus: int, room: int) -> None:
    nodes = [node(CPU=4.0, GPU=2.0), node(CPU=5.0), node(alive=False, CPU=64.0, GPU=8.0), node(memory=1.0)]
    assert pool(FakeRay(nodes), cpus, gpus).room() == room


def test_a_gpu_is_seen_on_living_machines_only() -> None:
    assert has_gpu(FakeRay([node(CPU=1.0), node(CPU=1.0, GPU=1.0)]))  # type: ignore[arg-type] # a stand-in
    assert not has_gpu(FakeRay([node(CPU=1.0), node(alive=False, GPU=1.0)]))  # type: ignore[arg-type] # a stand-in


def test_answers_become_events_and_ray_itself_retries_nothing() -> None:
    summary = summary_of(Cut(shard=7, of=9))
    ray = FakeRay([node(CPU=1.0)], Answer(), Answer(summary=summary), Answer(fault="full"), Answer(), RayError("a\nb"))
    tested = pool(ray, cpus=2, gpus=1)
    assert ray.remote_with == {"num_cpus": 2, "num_gpus": 1, "max_restarts": 0, "max_task_retries": 0}
    worker = tested.start()
    assert tested.wait(0.1) == [Ready(worker=worker)]
    for event in (
        Made(worker=worker, summary=summary),
        Refused(worker=worker, reason="full"),
        Refused(worker=worker, reason="it gave no shard"),
        Lost(worker=worker),
    ):
        assert ray.killed == []
        tested.give(worker, Cut(shard=7, of=9))
        assert tested.wait(0.1) == [event]
    assert len(ray.killed) == 1
    assert ray.called == ["0.load", *["0.embed(7)"] * 4]
    assert tested.wait(0) == ()
    assert tested.start() == worker + 1


@pytest.mark.parametrize("address", ["local", "auto"])
def test_ray_reports_nothing_shows_nothing_and_prints_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    local, environment = address == "local", dict[str, str]()
    monkeypatch.setattr(os, "environ", environment)
    ray = FakeRay([])
    monkeypatch.setitem(sys.modules, "ray", ray)
    with connected(address) as found:
        assert vars(found) is vars(ray)
        print("of its threads")  # noqa: T201 - it does
    assert ray.init_with is not None
    arguments, options = ray.init_with
    assert arguments == (address,)
    assert options["log_to_driver"] is False
    assert environment["RAY_USAGE_STATS_ENABLED"] == "0"
    assert (options.get("include_dashboard") is False) == local
    assert (environment.get("RAY_AUTH_MODE") == "token" and len(environment["RAY_AUTH_TOKEN"]) == 64) == local
    assert (environment.get("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER") == "0") == local
    assert ray.down == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("a node died") == 2


def test_a_cluster_that_refuses_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(FakeRay):
        def init(self, *_arguments: object, **_options: object) -> None:
            raise ConnectionError("no cluster\nread the manual")

    ray = Refusing([])
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setitem(sys.modules, "ray", ray)
    with pytest.raises(IndexFault, match=r"^Ray at auto: no cluster$"), connected("auto"):
        pass
    assert ray.down == 1
