"""POST /api/evidence."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from indexer.filters import NO_FILTERS, Filters
from tests.support.fake_service import QUOTE, FakeService

Client = TestClient[Litestar]


def test_answers_the_record_as_json(client: Client) -> None:
    response = client.post("/api/evidence", json={"text": "acupuncture"})
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"requests", "context", "tokens", "citations", "omitted", "notice", "position"}
    assert body["requests"][0]["outcomes"]["interval"] == [0.2, 0.5]
    assert body["requests"][0]["contrary"][0]["quote"] == QUOTE
    assert "score" not in body["citations"][0]


def test_what_is_left_out_is_left_to_the_settings(client: Client, service: FakeService) -> None:
    client.post("/api/evidence", json={"text": "acupuncture"})
    expected = {"max_tokens": None, "encoding": None, "position": "grant"}
    assert service.asked == [{"text": "acupuncture", "filters": NO_FILTERS, **expected}]
    assert service.on_event_loop == [False]


def test_everything_asked_reaches_the_service(client: Client, service: FakeService) -> None:
    asked = {"max_tokens": 50, "encoding": "cl100k_base", "position": "deny"}
    client.post("/api/evidence", json={"text": "mri", "filters": {"category": ["Imaging"]}, **asked})
    assert service.asked == [{"text": "mri", "filters": Filters(category=("Imaging",)), **asked}]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"text": "\n"}, "text is blank"),
        ({"text": "a", "max_tokens": 49}, "max_tokens: expected int >= 50"),
        ({"text": "a", "max_tokens": 100_001}, "max_tokens: expected int <= 100000"),
        ({"text": "a", "max_tokens": 60.5}, "max_tokens: expected int | null, got float"),
        ({"text": "a", "encoding": ""}, "encoding: expected str of length >= 1"),
        ({"text": "a", "position": "approve"}, "position must be 'grant' or 'deny'"),
        ({"text": "a", "limit": 5}, "unknown field limit"),
    ],
)
def test_bad_input_is_one_clear_line(client: Client, service: FakeService, body: Any, line: str) -> None:
    response = client.post("/api/evidence", json=body)
    assert response.json() == {"status_code": 400, "detail": line}
    assert service.asked == []
