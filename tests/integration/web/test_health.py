"""Liveness, readiness, and the opening and closing of the service."""

import threading
from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.errors import IndexFault
from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.fake_service import FakeService

Client = TestClient[Litestar]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, service: FakeService) -> Iterator[threading.Event]:
    """Replace `open_service`: it opens the fake once the gate is set."""
    opened = threading.Event()

    def open_service(_settings: Settings) -> PrecedentService:
        assert opened.wait(30), "nobody opened the gate"
        return service

    monkeypatch.setattr("service.precedents.open_service", open_service)
    yield opened
    opened.set()


def test_a_given_service_is_ready_at_once_and_left_open(settings: Settings, service: FakeService) -> None:
    with TestClient(create_app(settings, service), base_url="http://127.0.0.1") as client:
        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/health/ready").json() == {"status": "ready"}
    assert not service.closed


def test_probes_may_use_head(client: Client) -> None:
    for path in ("/health/live", "/health/ready"):
        response = client.head(path)
        assert response.status_code == 200
        assert response.content == b""


def test_ready_only_once_opened_and_closed_at_the_end(
    connect: Callable[..., Client], settings: Settings, service: FakeService, gate: threading.Event
) -> None:
    client = connect(create_app(settings))
    assert client.get("/health/live").status_code == 200
    unready = client.get("/health/ready")
    assert unready.status_code == 503
    assert "retry-after" in unready.headers
    assert unready.json()["detail"] == "the index is still being opened; try again shortly"
    gate.set()
    # A request waits for the opening, and so makes sure that it is done.
    assert client.post("/api/search", json={"text": "acupuncture"}).status_code == 200
    assert client.get("/health/ready").status_code == 200
    assert not service.closed
    client.__exit__()
    assert service.closed


@pytest.mark.usefixtures("gate")
def test_a_request_does_not_wait_for_ever(connect: Callable[..., Client], settings: Settings) -> None:
    server = settings.server.model_copy(update={"wait_seconds": 0.05})
    client = connect(create_app(settings.model_copy(update={"server": server})))
    response = client.post("/api/search", json={"text": "acupuncture"})
    assert response.status_code == 503
    assert "retry-after" in response.headers
    assert response.json()["detail"] == "the index is still being opened; try again shortly"


@pytest.mark.usefixtures("gate")
def test_a_malformed_request_does_not_wait_at_all(connect: Callable[..., Client], settings: Settings) -> None:
    client = connect(create_app(settings))
    assert client.post("/api/search", json={"text": 5}).status_code == 400


@pytest.mark.parametrize(
    ("failure", "line", "logged"),
    [
        (IndexFault("no index in\n/somewhere"), "no index in /somewhere", "no index in /somewhere"),
        (RuntimeError("secret"), "the index could not be opened", "RuntimeError: secret"),
    ],
)
def test_an_index_that_cannot_be_opened_is_told(
    connect: Callable[..., Client],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    line: str,
    logged: str,
) -> None:
    def open_service(_settings: Settings) -> PrecedentService:
        raise failure

    monkeypatch.setattr("service.precedents.open_service", open_service)
    client = connect(create_app(settings))
    refused = client.post("/api/search", json={"text": "acupuncture"})
    assert refused.json() == {"status_code": 503, "detail": line}
    assert client.get("/health/ready").json() == {"status_code": 503, "detail": line}
    assert client.get("/health/live").status_code == 200
    assert logged in caplog.text
