"""POST /api/parse: uploads reach the reader, everything else is refused in one line."""

import asyncio
import multiprocessing
import zlib
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.errors import LetterRejected
from config.settings import Settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from indexer.confined import ConfinedReader
from indexer.records import Determination
from service.web.app import create_app
from tests.support.bombs import pdf_of
from tests.support.fake_service import LETTER, FakeService

Client = TestClient[Litestar]
LETTER_BYTES = b"%PDF-1.4 one\r\nletter\x00\xff"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """Replace the reader: what it was given, in order. It answers a letter with the name it was given."""
    given: list[tuple[str, bytes]] = []

    def read(_: ConfinedReader, name: str, content: bytes) -> Determination:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        if not content:
            raise LetterRejected("empty file")
        given.append((name, content))
        return msgspec.structs.replace(LETTER, source=msgspec.structs.replace(LETTER.source, name=name))

    monkeypatch.setattr(ConfinedReader, "read", read)
    return given


def test_a_form_is_read(client: Client, read: list[tuple[str, bytes]]) -> None:
    response = client.post("/api/parse", files={"file": ("CM21.pdf", LETTER_BYTES)}, data={"note": "x"})
    assert response.status_code == 200
    assert response.json()["source"]["name"] == "CM21.pdf"
    assert read == [("CM21.pdf", LETTER_BYTES)]


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/pdf", "letter.pdf"),
        ("text/plain; charset=utf-8", "letter.txt"),
        ("Application/Octet-Stream", "letter"),
        (None, "letter"),
    ],
)
def test_a_raw_body_is_read(client: Client, read: list[tuple[str, bytes]], content_type: str | None, name: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = client.post("/api/parse", content=LETTER_BYTES, headers=headers)
    assert response.status_code == 200
    assert read == [(name, LETTER_BYTES)]


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ({"content": b""}, "empty file"),
        ({"files": {"letter": ("a.pdf", b"x")}}, "the form has no field 'file'; send one letter as 'file'"),
        (
            {"files": [("file", ("a.pdf", b"x")), ("file", ("b.pdf", b"y"))]},
            "the form has more than one field 'file'; send one letter as 'file'",
        ),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            "the body is not multipart/form-data as its Content-Type says",
        ),
        (
            {"content": b"--b\r\nContent-D", "headers": {"content-type": "multipart/form-data; boundary=b"}},
            "the body is not multipart/form-data as its Content-Type says",
        ),
    ],
)
@pytest.mark.usefixtures("read")
def test_bad_uploads_are_one_clear_line(client: Client, sent: dict[str, Any], line: str) -> None:
    response = client.post("/api/parse", **sent)
    assert response.json() == {"status_code": 400, "detail": line}


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "image/png"])
def test_other_media_types_are_415(client: Client, read: list[tuple[str, bytes]], content_type: str) -> None:
    response = client.post("/api/parse", content=b"x", headers={"content-type": content_type})
    assert response.status_code == 415
    assert "application/pdf" in response.json()["detail"]
    assert read == []


def test_the_reader_s_own_refusal_is_said(client: Client) -> None:
    response = client.post("/api/parse", content=b"\x00\x01\x02\x03", headers={"content-type": "text/plain"})
    assert response.json() == {"status_code": 400, "detail": "not a text file"}


def test_a_letter_of_the_largest_size_is_read_in_a_form_too(client: Client, read: list[tuple[str, bytes]]) -> None:
    largest = b"x" * 20_000
    assert client.post("/api/parse", files={"file": ("a.pdf", largest)}).status_code == 200
    assert client.post("/api/parse", content=largest).status_code == 200
    assert len(read) == 2


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ({"content": b"x" * 20_001}, "the letter is larger than 20000 bytes"),
        ({"files": {"file": ("a", b"x" * 20_001)}}, "the letter is larger than 20000 bytes"),
        ({"content": b"x" * 90_000}, "the body is larger than 36384 bytes"),
    ],
)
def test_a_larger_letter_is_413(client: Client, read: list[tuple[str, bytes]], sent: dict[str, Any], line: str) -> None:
    response = client.post("/api/parse", **sent)
    assert response.status_code == 413
    assert response.json() == {"status_code": 413, "detail": line}
    assert read == []


@pytest.mark.subprocess
def test_a_file_that_unpacks_to_too_much_ends_in_one_line_and_the_server_lives(
    settings: Settings, service: FakeService
) -> None:
    reading = settings.reading.model_copy(update={"memory_mb": 256})
    server = settings.server.model_copy(update={"max_upload_bytes": 2_000_000})
    app = create_app(settings.model_copy(update={"reading": reading, "server": server}), service)
    bomb = pdf_of(zlib.compress(b"q " * 200_000_000, 9))
    letter = render_text(load_samples()[0]).encode()
    others = set(multiprocessing.active_children())
    with TestClient(app, base_url="http://127.0.0.1") as client:
        refused = client.post("/api/parse", files={"file": ("a.pdf", bomb)})
        assert refused.status_code == 400
        assert "more memory than is allowed" in refused.json()["detail"]
        assert client.get("/health/live").status_code == 200
        read = client.post("/api/parse", content=letter, headers={"Content-Type": "text/plain"})
        assert read.json()["case_number"] == load_samples()[0].case
    for child in set(multiprocessing.active_children()) - others:
        child.join(20)
        assert not child.is_alive()
