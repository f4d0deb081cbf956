"""The server as a process: how it stops, how it takes up what is published, and several workers behind one socket."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.settings import load_settings
from indexer.build import build_index
from indexer.embed import HashingEmbedder

pytestmark = pytest.mark.subprocess
# Long enough for a loaded machine; nothing is timed.
PATIENCE = 120


@contextmanager
def running(arguments: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a server; whatever happens, it is gone afterwards."""
    command = [sys.executable, "-u", "-m", *arguments]
    process = subprocess.Popen(  # noqa: S603 - ours
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """Return the address that a server tells first."""
    assert process.stdout is not None
    told = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert told
    return told[0]


def ready(url: str) -> None:
    """Wait until searches can be answered."""
    wait_for(lambda: httpx.get(f"{url}/health/ready", timeout=PATIENCE).status_code == 200)


def wait_for(holds: object) -> None:
    """Wait until something holds."""
    assert callable(holds)
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("waited in vain")


def test_sigterm_lets_a_request_finish_and_ends_with_0(environment: dict[str, str]) -> None:
    with running(["tests.support.slow_server"], environment) as process:
        url = address(process)
        ready(url)
        answers = []

        def ask() -> None:
            answers.append(httpx.post(f"{url}/api/search", json={"text": "slow"}, timeout=PATIENCE))

        asking = threading.Thread(target=ask)
        asking.start()
        assert process.stdout is not None
        while process.stdout.readline() != "began\n":
            pass
        process.send_signal(signal.SIGTERM)
        # Nothing new is taken while that request goes on.
        wait_for(lambda: refused(url))
        asking.join()
        assert [answer.status_code for answer in answers] == [200]
        assert process.wait(PATIENCE) == 0


def refused(url: str) -> bool:
    """Whether no connection is taken."""
    try:
        httpx.get(f"{url}/health/live", timeout=PATIENCE)
    except httpx.TransportError:
        return True
    return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_published_is_taken_up_by_every_worker(
    tmp_path: Path, sample_letters: Path, environment: dict[str, str], workers: str
) -> None:
    letters = sorted(sample_letters.iterdir())
    settings = load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"kind": "hashing", "threads": 1}})
    build_index(letters[:4], settings, HashingEmbedder())
    arguments = ["imr", "serve", "--port", "0", "--workers", workers, "--index", str(settings.index.dir)]
    with running(arguments, environment) as process:
        url = address(process)
        wait_for(lambda: f'imr_generation{{generation="g000001"}} {workers}.0' in httpx.get(f"{url}/metrics").text)
        build_index(letters[4:8], settings, HashingEmbedder())
        wait_for(lambda: f'imr_generation{{generation="g000002"}} {workers}.0' in httpx.get(f"{url}/metrics").text)
        answer = httpx.post(f"{url}/api/search", json={"text": "Norco"}, timeout=PATIENCE)
        assert answer.headers["x-index-generation"] == answer.json()["index"]["generation"] == "g000002"
        metrics = httpx.get(f"{url}/metrics").text
        assert 'imr_generation{generation="g000001"} 0.0' in metrics
        assert f'imr_reloads_total{{outcome="ok"}} {workers}.0' in metrics
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: f'imr_reloads_total{{outcome="ok"}} {2 * int(workers)}.0' in httpx.get(f"{url}/metrics").text)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert {line["event"] for line in lines} >= {"request", "generation g000002 answers now, after g000001"}
    assert {line["route"] for line in lines if line["event"] == "request"} == {"/api/search"}


def test_a_worker_that_dies_is_replaced(tmp_path: Path, sample_letters: Path, environment: dict[str, str]) -> None:
    settings = load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"kind": "hashing", "threads": 1}})
    build_index(sorted(sample_letters.iterdir())[:2], settings, HashingEmbedder())
    arguments = ["imr", "serve", "--port", "0", "--workers", "2", "--index", str(settings.index.dir)]
    with running(arguments, environment) as process:
        url = address(process)
        wait_for(lambda: 'imr_generation{generation="g000001"} 2.0' in httpx.get(f"{url}/metrics").text)
        before = pids(url)
        os.kill(min(before), signal.SIGKILL)
        wait_for(lambda: len(pids(url)) == 2 and min(before) not in pids(url))
        assert max(before) in pids(url)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def pids(url: str) -> set[int]:
    """Return the processes that tell how much memory they use."""
    return {int(pid) for pid in re.findall(r'imr_resident_bytes\{pid="(\d+)"\}', httpx.get(f"{url}/metrics").text)}


def test_workers_that_cannot_open_the_index_are_not_started_for_ever(
    tmp_path: Path, sample_letters: Path, environment: dict[str, str]
) -> None:
    settings = load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"kind": "hashing", "threads": 1}})
    build_index(sorted(sample_letters.iterdir())[:1], settings, HashingEmbedder(dimension=64))
    arguments = ["imr", "serve", "--port", "0", "--workers", "2", "--index", str(settings.index.dir)]
    with running(arguments, environment) as process:
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
    assert "index was made by model hashing (64 dimensions)" in said
    assert "imr: a worker could not open the index; the line above says why" in said
