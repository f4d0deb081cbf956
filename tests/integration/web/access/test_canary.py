"""A word that is sent in every way to every route, well or badly, is found nowhere but where it is shown on purpose."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.errors import IndexFault
from config.settings import Settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from service.access.keys import add_key
from service.precedents import PrecedentService
from service.web.app import create_app

Client = TestClient[Litestar]
CANARY = "zebrafinch4711"
TEXT = f"Norco 10/325mg #90 for {CANARY} with chronic low back pain"
LETTER = render_text(load_samples()[0]).encode()
BROWSER = {"Sec-Fetch-Site": "same-origin"}
# Answers that hold the request's own words on purpose: the box on a page, the items as asked, a letter's name and text.
SHOWN = {"/search", "/evidence", "/evidence.docx", "/api/search", "/api/evidence", "/api/parse"}
METHODS = ("search", "evidence", "check", "determination", "similar")


class World(NamedTuple):
    """An application with everything that keeps something switched on."""

    client: Client
    key: str
    folder: Path
    app: Litestar
    some: str

    def kept(self) -> str:
        """Return all that is kept in files, and who is counted."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert any(path.name == "audit.jsonl" for path in files)
        content = [path.name + path.read_bytes().decode("latin-1") for path in files]
        counted = self.app.stores.get("rate_limit").__getattribute__("_store")
        return " ".join((*content, repr(counted), repr(self.app.state)))


Begin = Callable[..., World]


@pytest.fixture
def begin(sample_settings: Settings, sample_service: PrecedentService, tmp_path: Path) -> Iterator[Begin]:
    opened: list[Client] = []

    def start(**server: Any) -> World:
        key = add_key(tmp_path / "keys", "clinic")
        places = {"keys": str(tmp_path / "keys"), "audit_log": str(tmp_path / "audit.jsonl"), "host": "10.0.0.1"}
        limits = {"requests_per_minute": 0, "max_body_bytes": 30_000, **places, **server}
        settings = sample_settings.model_copy(update={"server": sample_settings.server.model_copy(update=limits)})
        app = create_app(settings, sample_service)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        opened.append(client)
        client.__enter__()
        some = sample_service.search("Norco", limit=1).results[0].determination_id
        return World(client, key, tmp_path, app, some)

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every record of every level of everything but the test's own client."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")
    return caplog


def bodies(path: str) -> Iterator[dict[str, Any]]:
    """Yield the ways to put the word into a body of a path, good and bad ones."""
    good = {"text": TEXT} | ({"citations": []} if path.endswith("check") else {})
    for content in (
        good,
        {**good, f"{CANARY} and more": CANARY},
        {**good, "limit": CANARY},
        {**good, "filters": {"outcome": [CANARY]}},
        {**good, "filters": {"treatment": [CANARY]}},
        {**good, "citations": [{"marker": 1, "determination_id": CANARY, "quote": CANARY}]},
        CANARY,
        [CANARY],
    ):
        yield {"json": content}
    yield {"content": f'{{"text": "{CANARY}'}
    yield {"content": CANARY.encode() + b"\xff\x00"}
    yield {"json": {"text": CANARY * 3000}}
    for form in (
        {"text": TEXT},
        {"text": TEXT, f"{CANARY} and more": CANARY},
        {"text": TEXT, "year_from": CANARY},
        {"key": CANARY},
    ):
        yield {"data": form}
    yield {"data": {"text": TEXT, "treatment": CANARY}}
    yield {"data": {"text": CANARY * 3000}}
    yield {"files": {"file": (f"{CANARY}.pdf", CANARY.encode())}}
    yield {"files": {"file": (f"{CANARY}.txt", LETTER)}}
    yield {"files": {CANARY: (f"{CANARY}.pdf", b"%PDF-" + CANARY.encode())}}
    yield {"content": CANARY, "headers": {"Content-Type": f"multipart/form-data; boundary={CANARY}"}}
    yield {"content": CANARY, "headers": {"Content-Type": CANARY}}


def around(world: World) -> Iterator[dict[str, Any]]:
    """Yield the ways to put the word around a body."""
    yield {"params": {f"{CANARY} and more": CANARY, "text": TEXT, "treatment": CANARY}}
    yield {"headers": dict.fromkeys(("X-Note", "User-Agent", "Referer", "Accept", "HX-Request", "X-Real-Ip"), CANARY)}
    yield {"headers": {"Cookie": f"{CANARY}={CANARY}; imr-session={CANARY}"}}
    yield {"headers": {"Authorization": f"Bearer {CANARY}"}}
    yield {"headers": {"Authorization": f"Bearer {world.key[:13]}{CANARY}"}}
    yield {"headers": {"Host": f"{CANARY}.example"}}
    yield {"headers": {"Origin": f"http://{CANARY}.example", "Sec-Fetch-Site": "cross-site"}}


def requests(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every route and method with the word in every place."""
    for route in world.app.routes:
        path = route.path_format.replace("{file_path}", CANARY).replace("{n}", "1")
        for method in sorted(route.methods - {"OPTIONS"}):
            named = path.replace("{id}", world.some)
            for extra in around(world):
                yield method, named, extra
            yield method, path.replace("{id}", CANARY), {}
            if method == "POST":
                for body in bodies(path):
                    yield method, named, body
    yield "GET", f"/{CANARY}", {}
    yield CANARY.upper()[:10], "/api/search", {}
    yield "DELETE", f"/api/{CANARY}", {"params": {"x": CANARY}}


def send_all(world: World) -> Iterator[tuple[str, httpx.Response]]:
    """Send all of it, by a program with a key and by a browser that signed in."""
    world.client.post("/sign-in", data={"key": world.key}, headers=BROWSER, follow_redirects=False)
    token = world.client.cookies.get("imr-session")
    world.client.cookies.clear()
    for method, path, extra in requests(world):
        by_program = path.startswith(("/api", "/health", "/schema"))
        own = {"Authorization": f"Bearer {world.key}"} if by_program else {"Cookie": f"imr-session={token}"}
        headers = {**BROWSER, **own, **extra.get("headers", {})}
        answer = world.client.request(method, path, **{**extra, "headers": headers}, follow_redirects=False, timeout=60)
        yield path, answer
        if path == "/sign-out":
            world.client.post("/sign-in", data={"key": world.key}, headers=BROWSER, follow_redirects=False)
            token = world.client.cookies.get("imr-session", token)
            world.client.cookies.clear()


def said(answer: httpx.Response) -> str:
    """Return all that an answer says, a Word document unpacked."""
    head = " ".join((answer.reason_phrase, *(f"{name}: {value}" for name, value in answer.headers.multi_items())))
    try:
        with ZipFile(io.BytesIO(answer.content)) as packed:
            body = " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    except BadZipFile:
        body = answer.text
    return f"{head} {body}"


def hold(
    world: World, logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> tuple[set[int], set[str]]:
    """Send everything and hold that the word is nowhere it should not be.

    Returns:
        The statuses that were seen, and the paths whose answers show the word on purpose.
    """
    seen: set[int] = set()
    shown: set[str] = set()
    for path, answer in send_all(world):
        seen.add(answer.status_code)
        if CANARY in said(answer):
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
            assert path in SHOWN, (path, answer.text[:300])
            assert CANARY not in str(answer.headers), path
            shown.add(path)
    records = " ".join(json.dumps(vars(record), default=repr) for record in logged.records)
    assert CANARY not in records + logged.text
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in world.kept()
    metrics = world.client.get("/metrics", headers={"Authorization": f"Bearer {world.key}"})
    assert metrics.status_code in {200, 404, 429}
    assert CANARY not in metrics.text
    return seen, shown


def test_answers_and_refusals(
    begin: Begin, logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    seen, shown = hold(begin(), logged, capfd)
    assert shown == SHOWN  # the word does arrive
    assert {200, 303, 400, 401, 403, 404, 405, 413, 415, 421} <= seen


@pytest.mark.parametrize("failure", [KeyError, IndexFault])
def test_failures_of_the_program(
    begin: Begin,
    logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    failure: type[Exception],
) -> None:
    def fail(*_: object, **__: object) -> None:
        error = failure("an index fault names no request")
        if failure is KeyError:
            error = KeyError(TEXT)
            error.__cause__ = ValueError(TEXT)
            error.add_note(TEXT)
        raise error

    world = begin()
    for method in METHODS:
        monkeypatch.setattr(PrecedentService, method, fail)
    seen, shown = hold(world, logged, capfd)
    assert (500 if failure is KeyError else 503) in seen
    assert shown <= {"/api/parse"}  # no index is asked for it


def test_too_many_requests(begin: Begin, logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    assert 429 in hold(begin(requests_per_minute=3), logged, capfd)[0]


def test_an_index_that_is_not_open(
    begin: Begin, logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    world = begin(queue=0)
    world.app.state.readiness.generations.current = None
    seen, shown = hold(world, logged, capfd)
    assert 503 in seen
    assert shown <= {"/api/parse"}
