"""POST /api/evidence/check."""

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.fake_service import CITATION, QUOTE, FakeService

Client = TestClient[Litestar]
CITED = msgspec.to_builtins(CITATION)


def test_answers_a_verdict_for_everything(client: Client, service: FakeService) -> None:
    response = client.post("/api/evidence/check", json={"text": f'"{QUOTE}" [1]', "citations": [CITED]})
    assert response.status_code == 200
    assert set(response.json()) == {"supported", "citations", "markers", "quotes", "unsupported"}
    assert service.asked == [{"text": f'"{QUOTE}" [1]', "citations": (CITATION,)}]
    assert service.on_event_loop == [False]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"text": "a"}, "citations is missing"),
        ({"text": " ", "citations": []}, "text is blank"),
        ({"text": "a", "citations": [{**CITED, "score": 1}]}, "unknown field citations[0].score"),
        ({"text": "a", "citations": [{**CITED, "outcome": "maybe"}]}, "citations[0].outcome is not one of its values"),
        ({"text": "a", "citations": [{**CITED, "start": "0"}]}, "start: expected int, got str"),
    ],
)
def test_bad_input_is_one_clear_line(client: Client, service: FakeService, body: Any, line: str) -> None:
    response = client.post("/api/evidence/check", json=body)
    assert response.status_code == 400
    assert line in response.json()["detail"]
    assert service.asked == []
