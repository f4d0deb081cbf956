"""What the audit log gets of each answer, and that no answer leaves without its line."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from service.access.audit import AuditLog
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.fake_service import CITATION, LETTER_ID, PRECEDENT

Client = TestClient[Litestar]
TEXT = "acupuncture for the neck"
WORDS = "Norco 10/325mg #90 for chronic low back pain"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_each_act_has_its_line(guarded: Any, log: Path) -> None:
    app = guarded(audit_log=str(log))
    citation = msgspec.to_builtins(CITATION)
    made_up = {**citation, "marker": 2, "determination_id": "JOHN-DOE"}
    for path, body in (
        ("/api/search", {"text": TEXT}),
        ("/api/evidence", {"text": TEXT}),
        ("/api/evidence/check", {"text": TEXT, "citations": [citation, made_up]}),
    ):
        assert app.client.post(path, json=body, headers=app.bearer).status_code == 200
    assert app.client.get(f"/api/determinations/{LETTER_ID}", headers=app.bearer).status_code == 200
    hashed = AuditLog(log).hashed(TEXT)
    said = lines(log)
    assert [line["act"] for line in said] == ["search", "evidence", "check", "open"]
    assert [line["request"] for line in said] == [hashed, hashed, hashed, None]
    assert {line["who"] for line in said} == {"clinic"}
    assert {line["key"] for line in said} == {app.key[4:12]}
    assert {line["generation"] for line in said} == {"g1"}
    assert {tuple(line["determinations"]) for line in said} == {(PRECEDENT.determination_id,)}
    assert {tuple(line) for line in said} == {("at", "who", "key", "act", "generation", "determinations", "request")}


def test_a_failure_shows_nothing_and_has_none(guarded: Any, service: Any, log: Path) -> None:
    app = guarded(audit_log=str(log))
    app.client.post("/api/search", json={"text": TEXT})
    app.client.post("/api/search", json={"text": ""}, headers=app.bearer)
    app.client.get("/api/determinations/none", headers=app.bearer)
    service.failure = KeyError(TEXT)
    app.client.post("/api/search", json={"text": TEXT}, headers=app.bearer)
    assert lines(log) == []


def test_nothing_is_shown_that_cannot_be_written_down(connect: Any, log: Path) -> None:
    client = connect(audit_log=str(log))
    log.unlink()
    log.mkdir()
    answer = client.post("/api/search", json={"text": TEXT})
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert answer.json()["detail"] == "the audit log cannot be written: Is a directory"


def test_pages_and_uploads_have_theirs(
    sample_settings: Settings, sample_service: PrecedentService, sample_letters: Path, log: Path
) -> None:
    server = sample_settings.server.model_copy(update={"audit_log": str(log)})
    app = create_app(sample_settings.model_copy(update={"server": server}), sample_service)
    letter = min(sample_letters.iterdir()).read_bytes()
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.post("/search", data={"text": WORDS})
        client.post("/evidence", data={"text": WORDS})
        client.post("/evidence.docx", data={"text": WORDS})
        found = lines(log)[0]["determinations"][0]
        client.get(f"/determinations/{found}")
        client.get(f"/determinations/{found}/items/1/similar")
        client.get(f"/api/determinations/{found}/items/1/similar")
        parsed = client.post("/api/parse", files={"file": ("letter.txt", letter)})
    assert parsed.status_code == 200
    said = lines(log)
    acts = ["search", "evidence", "evidence", "open", "similar", "similar", "parse"]
    assert [line["act"] for line in said] == acts
    assert {line["who"] for line in said} == {None}
    assert [line["generation"] for line in said] == [sample_service.generation] * 6 + [None]
    assert all(line["determinations"] for line in said)
    assert said[-1]["determinations"] == [parsed.json()["id"]]
    assert said[-1]["request"] == AuditLog(log).hashed(letter)
    assert WORDS not in log.read_text()
