"""What a request says is in no log, and a failure of the program answers nothing but that it failed."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.errors import IndexFault, RequestFault
from config.settings import Settings
from indexer.confined import ConfinedReader
from indexer.records import Determination
from tests.support.fake_service import FakeService

Client = TestClient[Litestar]
CANARY = "zebrafinch-spondylosis"
FAILED = {"status_code": 500, "detail": "the program failed"}


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    """Capture every level of everything but the test's own client, which logs the addresses it asks."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")


class Chatty(Exception):  # noqa: N818
    """An exception whose message, cause and notes hold the request's text."""


def _chatty() -> Exception:
    error = Chatty(f"cannot understand {CANARY}")
    error.__cause__ = ValueError(CANARY)
    error.add_note(CANARY)
    return error


@pytest.mark.parametrize("path", ["/api/search", "/api/evidence", "/api/evidence/check"])
@pytest.mark.parametrize("failure", [_chatty(), KeyError(CANARY), RecursionError(CANARY), OSError(5, CANARY)])
def test_a_failure_of_the_program(
    client: Client, service: FakeService, caplog: pytest.LogCaptureFixture, path: str, failure: Exception
) -> None:
    service.failure = failure
    body = {"text": CANARY} | ({"citations": []} if path.endswith("check") else {})
    response = client.post(path, json=body)
    assert response.status_code == 500
    assert response.json() == FAILED
    assert CANARY not in caplog.text
    assert type(failure).__name__ in caplog.text
    assert "fake_service.py" in caplog.text
    assert path in caplog.text


def test_an_answer_that_cannot_be_written(
    client: Client, service: FakeService, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search(text: str, *_: Any) -> Any:
        return {"text": text, "odd": object()}

    monkeypatch.setattr(service, "search", search)
    response = client.post("/api/search", json={"text": CANARY})
    assert response.json() == FAILED
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"text": CANARY, "limit": 0}),
        json.dumps({"text": [CANARY]}),
        json.dumps({"text": "a", "filters": {"outcome": [CANARY]}}),
        json.dumps({"text": "a", "filters": {"decision_from": CANARY}}),
        json.dumps({"text": "a", f"{CANARY} and a history of it": 1}),
        json.dumps({"text": CANARY * 60}),
        json.dumps({"text": CANARY * 1000}),
        json.dumps(CANARY),
        json.dumps([CANARY]),
        f'{{"text": "{CANARY}"',
        f"text={CANARY}",
        b'{"text": "' + CANARY.encode() + b'\xff"}',
        b'{"text": "' + CANARY.encode() + b'\x00"}',
    ],
)
def test_requests_that_are_refused(client: Client, caplog: pytest.LogCaptureFixture, content: str | bytes) -> None:
    response = client.post("/api/search", content=content)
    assert response.status_code in {400, 413}
    assert CANARY not in response.text
    assert "\n" not in response.json()["detail"]
    assert CANARY not in caplog.text


@pytest.mark.parametrize("failure", [RequestFault(f"no {CANARY}"), IndexFault(f"lost while reading {CANARY}")])
def test_faults_of_the_service_are_not_logged_in_words(
    client: Client, service: FakeService, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    service.failure = failure
    response = client.post("/api/search", json={"text": CANARY})
    assert response.status_code in {400, 503}
    assert CANARY not in caplog.text


def test_requests_that_find_no_place(connect: Callable[..., Client], caplog: pytest.LogCaptureFixture) -> None:
    client = connect(concurrency=1, queue=0)
    generations = client.app.state.readiness.generations
    generations.current, held = None, generations.current
    response = client.post("/api/search", json={"text": CANARY})
    generations.current = held
    assert response.status_code == 503
    assert CANARY not in response.text + caplog.text


def test_addresses_nobody_serves(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for path in (f"/{CANARY}", f"/api/{CANARY}?q={CANARY}", f"/api/search?text={CANARY}"):
        response = client.get(path)
        assert response.status_code in {404, 405}
        assert CANARY not in response.text
    assert CANARY not in caplog.text


def test_uploads(client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_: ConfinedReader, name: str, content: bytes) -> Determination:
        raise Chatty(name, content)

    monkeypatch.setattr(ConfinedReader, "read", read)
    response = client.post("/api/parse", files={"file": (f"{CANARY}.pdf", CANARY.encode())})
    assert response.json() == FAILED
    assert CANARY not in caplog.text


def test_debugging_cannot_be_switched_on_from_outside(
    connect: Callable[..., Client], settings: Settings, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.web.app import create_app

    monkeypatch.setenv("LITESTAR_DEBUG", "1")
    monkeypatch.setenv("LITESTAR_PDB", "1")
    service.failure = _chatty()
    client = connect(create_app(settings, service))
    assert client.post("/api/search", json={"text": CANARY}).json() == FAILED
