"""Every request is noted once, by its template and never by its words; /metrics tells the sums."""

import logging
import threading
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.web.generations import Generation
from tests.integration.web.conftest import Connect
from tests.support.fake_service import LETTER_ID, FakeService

Client = TestClient[Litestar]
CANARY = "zebrafinch"


@pytest.fixture
def noted(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "service.web.requests")
    return caplog


def said(noted: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.said for record in noted.records if hasattr(record, "said")]


def test_a_request_is_one_line_of_the_log(client: Client, noted: pytest.LogCaptureFixture) -> None:
    response = client.post(f"/api/search?q={CANARY}", json={"text": CANARY}, headers={"x-request-id": CANARY})
    (line,) = said(noted)
    assert {name: line[name] for name in ("method", "route", "status", "generation")} == {
        "method": "POST",
        "route": "/api/search",
        "status": 200,
        "generation": "g1",
    }
    assert line["ms"] >= 0
    assert response.headers["x-request-id"] == line["request_id"] != CANARY
    assert response.headers["x-index-generation"] == "g1"
    assert CANARY not in noted.text + str(line)


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", f"/api/determinations/{LETTER_ID}", "/api/determinations/{id}", 200),
        ("GET", f"/api/determinations/{CANARY}", "/api/determinations/{id}", 404),
        ("GET", f"/{CANARY}", "unknown", 404),
        ("GET", "/static/site.css", "/static/{file_path}", None),
        ("POST", "/api/search", "/api/search", 400),
        (CANARY.upper(), "/api/search", "unknown", 405),
        ("GET", "/health/live", "/health/live", 200),
    ],
)
def test_routes_are_told_by_template(
    client: Client, noted: pytest.LogCaptureFixture, method: str, path: str, route: str, status: int | None
) -> None:
    response = client.request(method, path)
    (line,) = said(noted)
    assert line["route"] == route
    assert line["status"] == response.status_code == (status or response.status_code)
    assert CANARY not in str(line).lower()
    assert CANARY not in client.get("/metrics").text.lower()


def test_probes_are_told_only_in_detail(client: Client, noted: pytest.LogCaptureFixture) -> None:
    client.get("/health/ready")
    client.get("/metrics")
    client.get(f"/api/determinations/{LETTER_ID}")
    assert [record.levelname for record in noted.records if hasattr(record, "said")] == ["DEBUG", "DEBUG", "INFO"]


def test_metrics_tell_requests_rejections_and_the_generation(connect: Connect, service: FakeService) -> None:
    client = connect(concurrency=1, queue=0)
    service.gate = threading.Event()
    held = threading.Thread(target=client.post, args=("/api/search",), kwargs={"json": {"text": "mri"}})
    held.start()
    assert service.entered.acquire(timeout=30)
    assert client.post("/api/search", json={"text": "mri"}).status_code == 503
    service.gate.set()
    held.join()
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    for line in (
        'imr_requests_total{method="POST",route="/api/search",status="200"} 1.0',
        'imr_requests_total{method="POST",route="/api/search",status="503"} 1.0',
        "imr_queue_rejected_total 1.0",
        "imr_queue_length 0.0",
        'imr_generation{generation="g1"} 1.0',
        'imr_index_holds{what="letters"} 1.0',
    ):
        assert line in response.text.splitlines()


def test_a_request_ends_with_the_generation_it_began_with(connect: Connect, service: FakeService) -> None:
    client = connect()
    generations = client.app.state.readiness.generations
    fresh = FakeService()
    fresh.name = "g2"
    service.gate = threading.Event()
    answers = []
    held = threading.Thread(target=lambda: answers.append(client.post("/api/search", json={"text": "mri"})))
    held.start()
    assert service.entered.acquire(timeout=30)
    old = generations.current
    generations.take_up(Generation(fresh))
    assert client.post("/api/search", json={"text": "mri"}).headers["x-index-generation"] == "g2"
    assert not old.idle
    service.gate.set()
    held.join()
    assert answers[0].headers["x-index-generation"] == "g1"
    assert old.idle


@pytest.mark.parametrize("body", [{"text": 5}, {"text": " "}, {"text": "mri", "odd": 1}])
def test_what_is_refused_leaves_nothing_lent(client: Client, body: dict[str, Any]) -> None:
    assert client.post("/api/search", json=body).status_code == 400
    assert client.app.state.readiness.generations.current.idle
