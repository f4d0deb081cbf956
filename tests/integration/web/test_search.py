"""POST /api/search."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from indexer.filters import NO_FILTERS, Filters
from tests.support.fake_service import FakeService

Client = TestClient[Litestar]


def test_answers_the_record_as_json(client: Client) -> None:
    response = client.post("/api/search", json={"text": "acupuncture for the neck"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"requests", "results", "index", "took_ms"}
    assert body["results"][0]["decision_date"] == "2021-03-04"
    matched = body["results"][0]["matched"]
    assert {"concepts", "body_regions", "terms", "passage"} <= set(matched)
    assert (matched["concepts"], matched["passage"]["index"]) == (["acupuncture"], 0)
    assert body["index"] == {"generation": "g1", "model": "hashing", "calibrated": True}


def test_defaults_are_the_contract_s(client: Client, service: FakeService) -> None:
    client.post("/api/search", json={"text": "acupuncture"})
    client.post("/api/search", json={"text": "acupuncture", "filters": None})
    assert service.asked == [{"text": "acupuncture", "filters": NO_FILTERS, "limit": 10}] * 2


def test_filters_and_limit_reach_the_service(client: Client, service: FakeService) -> None:
    filters = {
        "outcome": ["overturned"],
        "treatment": ["acupuncture"],
        "decision_from": "2020-01-31",
        "exclude_cases": ["CM21-0001"],
    }
    response = client.post("/api/search", json={"text": "visits", "filters": filters, "limit": 100})
    assert response.status_code == 200
    assert service.asked[0]["limit"] == 100
    assert service.asked[0]["filters"] == Filters(
        outcome=("overturned",),
        treatment=("acupuncture",),
        decision_from=date(2020, 1, 31),
        exclude_cases=("CM21-0001",),
    )


def test_text_passes_unchanged(client: Client, service: FakeService) -> None:
    text = "  Łumbar “epidural”\n\n\tinjection 🩻 "
    client.post("/api/search", json={"text": text})
    assert service.asked[0]["text"] == text


def test_the_search_runs_off_the_event_loop(client: Client, service: FakeService) -> None:
    client.post("/api/search", json={"text": "acupuncture"})
    assert service.on_event_loop == [False]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({}, "text is missing"),
        ({"text": ""}, "text: expected str of length >= 1"),
        ({"text": " \n\t\u00a0"}, "text is blank"),
        ({"text": None}, "text: expected str, got null"),
        ({"text": 5}, "text: expected str, got int"),
        ({"text": "x" * 1001}, "text is longer than 1000 characters"),
        ({"text": "a", "limit": 0}, "limit: expected int >= 1"),
        ({"text": "a", "limit": 101}, "limit: expected int <= 100"),
        ({"text": "a", "limit": "10"}, "limit: expected int, got str"),
        ({"text": "a", "limit": True}, "limit: expected int, got bool"),
        ({"text": "a", "limit": 10**400}, "limit: expected int <= 100"),
        ({"text": "a", "limit": 1e300}, "limit: expected int, got float"),
        ({"text": "a", "limits": 5}, "unknown field limits"),
        ({"text": "a", "filters": []}, "filters: expected object | null, got array"),
        ({"text": "a", "filters": {"outcomes": []}}, "unknown field filters.outcomes"),
        ({"text": "a", "filters": {"outcome": "upheld"}}, "filters.outcome: expected array, got str"),
        ({"text": "a", "filters": {"outcome": ["denied"]}}, "filters.outcome[0] must be 'upheld' or 'overturned'"),
        ({"text": "a", "filters": {"decision_to": "May"}}, "filters.decision_to must be a date, YYYY-MM-DD"),
        ([], "the request: expected object, got array"),
        ("text", "the request: expected object, got str"),
    ],
)
def test_bad_input_is_one_clear_line(client: Client, service: FakeService, body: Any, line: str) -> None:
    response = client.post("/api/search", json=body)
    assert response.json() == {"status_code": 400, "detail": line}
    assert response.status_code == 400
    assert service.asked == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the request has no body; a JSON object is expected"),
        (b"  ", "the body is not JSON: input data was truncated"),
        (b'{"text": "a"', "the body is not JSON: input data was truncated"),
        (b'{"text": "a"} {}', "the body is not JSON: trailing characters (byte 15)"),
        (b"{'text': 'a'}", "the body is not JSON: object keys must be strings (byte 1)"),
        (b"text=a", "the body is not JSON: invalid character (byte 4)"),
        (b'{"text": NaN}', "the body is not JSON: invalid character (byte 9)"),
        (b'{"text": "a\x00"}', "the body is not JSON: invalid character (byte 11)"),
        (b'{"text": "\\ud800"}', "the body is not JSON: input data was truncated"),
        (b'{"text": "\xff"}', "the body is not UTF-8"),
        (b'{"te\xffxt": "a"}', "the body is not UTF-8"),
        ('{"text": "a"}'.encode("utf-16"), "the body is not JSON: invalid character (byte 0)"),
        (b"[" * 3000, "the request: expected object, got array"),
    ],
)
def test_a_body_that_is_no_json_is_one_clear_line(client: Client, content: bytes, line: str) -> None:
    response = client.post("/api/search", content=content, headers={"content-type": "application/json"})
    assert response.json() == {"status_code": 400, "detail": line}
    assert response.status_code == 400


def test_get_is_refused_with_what_is_allowed(client: Client) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        response = client.request(method, "/api/search")
        assert response.status_code == 405
        assert response.headers["allow"] == "OPTIONS, POST"
    assert client.get("/api/search").json() == {
        "status_code": 405,
        "detail": "method not allowed; allowed: OPTIONS, POST",
    }
