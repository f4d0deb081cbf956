"""What is counted of a failover."""

from pathlib import Path

from eval.bench.failover import Cluster, Moments, reads
from eval.bench.loading.clients import Asked, Told
from eval.bench.pgserver import Server


def test_requests_count_by_when_they_ended() -> None:
    told = Told()
    told.asked = [
        Asked("/api/search", 0, 9.0, 500.0, 200),
        Asked("/api/search", 0, 9.0, 2000.0, 503),
        Asked("/api/search", 0, 10.5, 3500.0, 200),
        Asked("/api/search", 0, 13.5, 1000.0, 0),
    ]
    found = reads(told, Moments(killed=10.0, promoted=12.0))
    assert found["before"] == {
        "by_status": {"200": 1},
        "ms": {"p50": 500.0, "p95": 500.0, "p99": 500.0, "max": 500.0},
    }
    assert found["after"] == {
        "by_status": {"0": 1, "200": 1, "503": 1},
        "ms": {"p50": 3500.0, "p95": 3500.0, "p99": 3500.0, "max": 3500.0},
    }
    assert found["last_failure_after_seconds"] == 4.5
    assert found["longest_without_an_answer_seconds"] == 4.0
    assert found["answered_in_last_second"] == 1


def test_nothing_asked_is_nothing_answered() -> None:
    found = reads(Told(), Moments(killed=10.0, promoted=12.0))
    assert found["longest_without_an_answer_seconds"] is None
    assert found["answered_in_last_second"] == 0


def test_whoever_writes_finds_the_server_that_takes_writes() -> None:
    cluster = Cluster(Server(Path("/a"), 1, Path("/p")), Server(Path("/b"), 2, Path("/p")))
    assert "host=127.0.0.1,127.0.0.1 port=1,2 target_session_attrs=read-write" in cluster.writing
