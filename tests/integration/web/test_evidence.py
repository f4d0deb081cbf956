"""POST /api/evidence."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from indexer.filters import NO_FILTERS, Filters
from service.markdown import as_markdown
from service.word import as_docx
from tests.support.fake_service import PACK, QUOTE, FakeService

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


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("application/json;q=0.9, text/markdown;q=0.5", "application/json"),
        ("text/markdown", "text/markdown; charset=utf-8"),
        (f"{WORD}, */*;q=0.1", WORD),
    ],
)
def test_accept_chooses_the_form(client: Client, accept: str, form: str) -> None:
    response = client.post("/api/evidence", json={"text": "acupuncture"}, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, form)
    assert response.headers["vary"] == "Accept"
    assert ("content-disposition" in response.headers) is (form != "application/json")


def test_documents_are_the_pack_as_the_command_line_writes_it(client: Client) -> None:
    asked: dict[str, Any] = {"url": "/api/evidence", "json": {"text": "acupuncture"}}
    assert client.post(**asked, headers={"accept": WORD}).content == as_docx(PACK)
    response = client.post(**asked, headers={"accept": "text/markdown"})
    assert response.text == as_markdown(PACK) + "\n"
    assert response.headers["content-disposition"] == 'attachment; filename="imr-evidence.md"'


def test_what_fails_is_told_as_json_whatever_is_accepted(client: Client) -> None:
    response = client.post("/api/evidence", json={"text": " "}, headers={"accept": WORD})
    assert response.json() == {"status_code": 400, "detail": "text is blank"}


def test_documents_are_declared(client: Client) -> None:
    answer = client.get("/schema").json()["paths"]["/api/evidence"]["post"]["responses"]["200"]["content"]
    assert set(answer) == {"application/json", "text/markdown", WORD}


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
