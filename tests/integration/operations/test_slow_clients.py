"""Clients that take their time, over real connections to a real server: each is answered or cut off in the end."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.operations.conftest import ROOT
from tests.integration.operations.test_running import PATIENCE, address, ready, running
from tests.support.html import Page

pytestmark = pytest.mark.subprocess
FORM = "application/x-www-form-urlencoded"
# The test's own wait between bytes, well below the server's second.
_DRIP = 0.05


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server over the fake service that gives a request a second to arrive."""
    environment = {"PYTHONPATH": str(ROOT), "IMR_SERVER_RECEIVE_SECONDS": "1", "IMR_SERVER_LOG_FORMAT": "json"}
    with running(["tests.support.slow_server"], environment) as process:
        url = address(process)
        ready(url)
        yield url, process


def answer_to(url: str, sent: bytes, *, drip: bytes = b"") -> bytes:
    """Return all that comes until the server closes, while a byte is sent now and then, or nothing."""
    told = urlsplit(url)
    received = b""
    with socket.create_connection((told.hostname, told.port), timeout=PATIENCE) as client:
        client.sendall(sent)
        done = threading.Event()

        def trickle() -> None:
            while drip and not done.wait(_DRIP):
                try:
                    client.sendall(drip)
                except OSError:
                    return

        dripping = threading.Thread(target=trickle)
        dripping.start()
        try:
            while piece := client.recv(65536):
                received += piece
        except ConnectionResetError:
            # What trickled in after the end was refused by the system.
            pass
        finally:
            done.set()
            dripping.join()
    return received


def head(path: str, kind: str, length: str = "Content-Length: 1000") -> bytes:
    """Return a request's head and the beginning of its body."""
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode()


@pytest.mark.parametrize("drip", [b"", b" "], ids=["nothing more", "a byte now and then"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/search", "application/json"),
        ("/api/evidence", "application/json"),
        ("/api/evidence/check", "application/json"),
        ("/api/parse", "application/pdf"),
        ("/api/parse", "multipart/form-data; boundary=x"),
        ("/search", FORM),
        ("/evidence.docx", FORM),
    ],
)
def test_a_body_that_does_not_come_is_408_and_its_connection_is_closed(
    server: tuple[str, subprocess.Popen[str]], path: str, kind: str, drip: bytes
) -> None:
    received = answer_to(server[0], head(path, kind), drip=drip)
    fields, _, body = received.partition(b"\r\n\r\n")
    assert fields.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in fields.lower()
    assert b"content-security-policy" in fields.lower()
    if path.startswith("/api"):
        assert json.loads(body) == {"status_code": 408, "detail": "the request did not arrive within 1 seconds"}
    else:
        assert Page(body.decode()).text.count("The request did not arrive within 1 seconds") == 1


def test_a_body_in_endless_pieces_is_408(server: tuple[str, subprocess.Popen[str]]) -> None:
    chunked = head("/api/search", "application/json", "Transfer-Encoding: chunked")
    assert answer_to(server[0], chunked, drip=b"1\r\n \r\n").startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("drip", [b"", b"x"], ids=["nothing more", "a byte now and then"])
def test_a_head_that_does_not_end_is_408(server: tuple[str, subprocess.Popen[str]], drip: bytes) -> None:
    received = answer_to(server[0], b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", drip=drip)
    fields, _, body = received.partition(b"\r\n\r\n")
    assert fields.startswith(b"HTTP/1.1 408 Request Timeout")
    assert b"connection: close" in fields.lower()
    assert json.loads(body) == {"status_code": 408, "detail": "the request did not arrive within 1 seconds"}


def test_a_second_request_on_a_connection_is_waited_for_no_longer(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    first = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = answer_to(server[0], first + b"GET /health/live HTTP/1.1\r\nX-Slow: ", drip=b"x")
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 Request Timeout" in received


def test_a_connection_on_which_nothing_is_said_is_closed(server: tuple[str, subprocess.Popen[str]]) -> None:
    assert answer_to(server[0], b"") == b""


def test_a_body_that_goes_on_after_its_answer_ends_with_its_connection(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    received = answer_to(server[0], head("/nowhere", FORM), drip=b" ")
    assert received.startswith(b"HTTP/1.1 404 ")
    assert received.count(b"HTTP/1.1") == 1


def test_a_search_may_take_longer_than_its_request_had_to_arrive(
    server: tuple[str, subprocess.Popen[str]],
) -> None:
    with httpx.Client(base_url=server[0], timeout=PATIENCE) as client:
        assert client.post("/api/search", json={"text": "slow"}).status_code == 200
        assert client.post("/api/search", json={"text": "again, on the same connection"}).status_code == 200


def test_late_bodies_are_counted_and_logged(server: tuple[str, subprocess.Popen[str]]) -> None:
    url, process = server
    answer_to(url, head("/api/search", "application/json") + b'{"text": "kanarienvogel')
    metrics = httpx.get(f"{url}/metrics", timeout=PATIENCE).text
    assert 'imr_requests_total{method="POST",route="/api/search",status="408"}' in metrics
    process.terminate()
    written, _ = process.communicate(timeout=PATIENCE)
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert any(line.get("route") == "/api/search" and line.get("status") == 408 for line in lines)
    assert any(line["event"] == "the head of a request did not arrive in time" for line in lines)
    assert "kanarienvogel" not in written
