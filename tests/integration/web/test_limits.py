"""Too large and too busy."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from service.web.app import create_app
from tests.support.fake_service import FakeService

Client = TestClient[Litestar]
TOO_LARGE = {"status_code": 413, "detail": "the body is larger than 4000 bytes"}


@pytest.mark.parametrize("path", ["/api/search", "/api/evidence"])
def test_a_large_body_is_413(client: Client, service: FakeService, path: str) -> None:
    response = client.post(path, json={"text": "x" * 10_000_000})
    assert response.status_code == 413
    assert response.json() == TOO_LARGE
    assert service.asked == []


def test_a_large_body_in_pieces_is_413(client: Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"x" * 1000] * 5

    response = client.post("/api/search", content=pieces())
    assert "content-length" not in response.request.headers
    assert response.json() == TOO_LARGE


def test_a_body_at_the_limit_is_read(client: Client) -> None:
    body = b'{"text": "a"}'
    assert client.post("/api/search", content=body.ljust(4000)).status_code == 200
    assert client.post("/api/search", content=body.ljust(4001)).status_code == 413


@pytest.mark.parametrize("length", [None, b"10"])
def test_reading_stops_at_the_limit_whatever_the_length_says(
    settings: Settings, service: FakeService, length: bytes | None
) -> None:
    status, body, pieces_read = _send(create_app(settings, service), length, pieces=1000)
    assert status == 413
    assert json.loads(body) == TOO_LARGE
    assert pieces_read == 5


def test_a_full_queue_is_503_and_health_still_answers(connect: Callable[..., Client], service: FakeService) -> None:
    client = connect(concurrency=1, queue=0)
    service.gate = threading.Event()
    answers: list[int] = []
    first = threading.Thread(
        target=lambda: answers.append(client.post("/api/search", json={"text": "first"}).status_code)
    )
    first.start()
    try:
        assert service.entered.acquire(timeout=30)
        refused = client.post("/api/evidence", json={"text": "second"})
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
    finally:
        service.gate.set()
        first.join(30)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json() == {"status_code": 503, "detail": "too many requests are waiting; try again shortly"}
    assert answers == [200]
    assert client.post("/api/search", json={"text": "third"}).status_code == 200


def test_too_long_a_wait_is_503(connect: Callable[..., Client], service: FakeService) -> None:
    client = connect(concurrency=1, queue=1, wait_seconds=0.05)
    service.gate = threading.Event()
    first = threading.Thread(target=lambda: client.post("/api/search", json={"text": "first"}))
    first.start()
    try:
        assert service.entered.acquire(timeout=30)
        refused = client.post("/api/search", json={"text": "second"})
    finally:
        service.gate.set()
        first.join(30)
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    assert refused.json()["detail"] == "no place became free within 0.05 seconds; try again shortly"


def _send(app: Litestar, length: bytes | None, pieces: int) -> tuple[int, bytes, int]:
    """Send a body of many pieces straight to the application: status, body, pieces that it took."""
    sent: list[Any] = []
    taken = 0

    async def receive() -> Any:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 1000, "more_body": taken < pieces}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    if length is not None:
        headers.append((b"content-length", length))
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/search",
        "raw_path": b"/api/search",
        "root_path": "",
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "headers": headers,
        "client": None,
        "server": None,
        "extensions": {},
        "state": {},
    }
    anyio.run(app, scope, receive, send)
    return sent[0]["status"], sent[1]["body"], taken
