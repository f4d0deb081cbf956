"""Indexing, searching, evidence and serving as child processes with no network and no cache, by the real model."""

import json
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.model, pytest.mark.subprocess]

REQUEST = "Norco 10/325mg #120 for chronic low back pain"
PATIENCE_SECONDS = 180.0


@pytest.fixture(scope="module")
def published(make_offline: Any, sample_letters: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three sample letters, made without a network."""
    offline = make_offline()
    folder = tmp_path_factory.mktemp("published")
    letters = [shutil.copy(sample_letters / f"SAMPLE-000{number}.txt", folder) for number in (1, 2, 3)]
    done = offline.run("-m", "imr", "index", *letters, "--index", folder / "index", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["letters"] == 3
    assert offline.attempts == []
    return folder / "index"


def test_searching(published: Path, offline: Any) -> None:
    done = offline.run("-m", "imr", "search", REQUEST, "--index", published, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["results"][0]["treatments"][0]["concept"] == "hydrocodone/acetaminophen"
    assert answer["index"]["model"] == "all-MiniLM-L6-v2"
    assert offline.attempts == []


def test_evidence_with_its_token_count(published: Path, offline: Any, tmp_path: Path) -> None:
    (tmp_path / "request.txt").write_text(REQUEST)
    asked = ("-m", "imr", "evidence", tmp_path / "request.txt", "--index", published, "--format", "json")
    done = offline.run(*asked)
    assert (done.returncode, done.stderr) == (0, "")
    pack = json.loads(done.stdout)
    assert pack["citations"]
    assert 0 < pack["tokens"] <= 3000
    assert offline.attempts == []


@pytest.fixture
def server(published: Path, offline: Any) -> Iterator[Any]:
    """A running `imr serve` on a free port of loopback."""
    process = offline.start("-m", "imr", "serve", "--port", "0", "--index", published)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_serving_and_stopping(server: Any, offline: Any) -> None:
    address = re.match(r"(http://127\.0\.0\.1:\d+)/ ", server.stderr.readline())
    assert address
    with httpx.Client(base_url=address[1], trust_env=False, timeout=60) as client:
        _wait_until_ready(client, server)
        answer = client.post("/api/search", json={"text": REQUEST, "limit": 3})
        assert answer.status_code == 200
        assert answer.json()["results"][0]["rank"] == 1
        pack = client.post("/api/evidence", json={"text": REQUEST})
        assert pack.status_code == 200
        assert pack.json()["citations"]
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=60)
    assert (server.returncode, out) == (0, "")
    assert [json.loads(line)["route"] for line in err.splitlines()] == ["/api/search", "/api/evidence"]
    assert REQUEST not in err
    assert offline.attempts == []


def _wait_until_ready(client: httpx.Client, server: Any) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            if client.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass  # bound, and not answering yet
        time.sleep(0.2)
    pytest.fail("the server did not become ready")
