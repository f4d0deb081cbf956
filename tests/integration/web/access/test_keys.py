"""Where keys are in use, nothing but what is open to all is answered without one."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.errors import SettingsFault
from config.settings import Settings
from service.access.keys import add_key, revoke_key
from service.web.app import create_app
from tests.support.fake_service import LETTER_ID, FakeService

Client = TestClient[Litestar]
ASKED = {"json": {"text": "acupuncture"}}
# Every route that a program asks; the test below holds that no other is there.
PROGRAMS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/search", ASKED),
    ("POST", "/api/evidence", ASKED),
    ("POST", "/api/evidence/check", {"json": {"text": "acupuncture", "citations": []}}),
    ("POST", "/api/parse", {"content": b"x"}),
    ("GET", f"/api/determinations/{LETTER_ID}", {}),
    ("GET", f"/api/determinations/{LETTER_ID}/items/1/similar", {}),
    ("GET", "/api/items", {}),
    ("GET", "/api/facets", {}),
    ("GET", "/api/outcomes", {}),
    ("GET", "/api/guidelines", {}),
    ("GET", "/api/reasons", {}),
    ("GET", "/health/ready", {}),
    ("GET", "/metrics", {}),
    ("GET", "/schema", {}),
    ("GET", "/schema/openapi.json", {}),
]
PAGES = [
    ("GET", "/"),
    ("GET", "/search"),
    ("POST", "/search"),
    ("GET", "/evidence"),
    ("POST", "/evidence"),
    ("POST", "/evidence.docx"),
    ("GET", f"/determinations/{LETTER_ID}"),
    ("GET", f"/determinations/{LETTER_ID}/items/1/similar"),
    ("GET", "/record"),
    ("GET", "/items"),
]
OPEN = [("GET", "/health/live"), ("GET", "/static/pages.css"), ("GET", "/sign-in"), ("POST", "/sign-out")]


@pytest.mark.parametrize(("method", "path", "body"), PROGRAMS)
def test_programs_need_a_key(guarded: Any, service: FakeService, method: str, path: str, body: dict[str, Any]) -> None:
    app = guarded()
    wrong = app.key[:-1] + ("0" if app.key[-1] != "0" else "1")
    for headers in ({}, {"Authorization": f"Bearer {wrong}"}, {"Authorization": f"Basic {app.key}"}):
        refused = app.client.request(method, path, headers=headers, **body)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["detail"] == "a key is needed, as 'Authorization: Bearer KEY'"
    assert service.asked == []


@pytest.mark.parametrize(("method", "path", "body"), [*PROGRAMS[:3], PROGRAMS[4], *PROGRAMS[-3:]])
def test_a_key_opens_the_api(guarded: Any, method: str, path: str, body: dict[str, Any]) -> None:
    app = guarded()
    assert app.client.request(method, path, headers=app.bearer, **body).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), PROGRAMS[:4])
def test_a_session_does_not_open_the_api(guarded: Any, method: str, path: str, body: dict[str, Any]) -> None:
    app = guarded()
    app.sign_in()
    assert app.client.request(method, path, **body).status_code == 401


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_pages_need_a_session(guarded: Any, service: FakeService, method: str, path: str) -> None:
    app = guarded()
    body = {"data": {"text": "acupuncture"}} if method == "POST" else {}
    for headers in ({}, app.bearer):
        refused = app.client.request(method, path, headers=headers, follow_redirects=False, **body)
        if method == "GET":
            assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in")
        else:
            assert refused.status_code == 401
            assert 'href="/sign-in"' in refused.text
    assert service.asked == []


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_what_is_open_to_all(guarded: Any, method: str, path: str) -> None:
    assert guarded().client.request(method, path).status_code == 200


def test_the_lists_above_name_every_route(guarded: Any) -> None:
    app = guarded().client.app
    served = {
        (method, route.path_format)
        for route in app.routes
        for method in route.methods - {"HEAD", "OPTIONS"}
        if not route.path_format.startswith(("/static", "/schema"))
    }
    ours = {(method, path.replace(LETTER_ID, "{id}").replace("/1/", "/{n}/")) for method, path, *_ in PROGRAMS}
    ours |= {(method, path.replace(LETTER_ID, "{id}").replace("/1/", "/{n}/")) for method, path in PAGES + OPEN}
    ours = {(method, path) for method, path in ours if not path.startswith(("/static", "/schema"))}
    assert served == ours | {("POST", "/sign-in")}


def test_a_revoked_key_is_refused_from_the_next_request_on(guarded: Any) -> None:
    app = guarded()
    assert app.client.post("/api/search", headers=app.bearer, **ASKED).status_code == 200
    second = add_key(app.file, "second")
    revoke_key(app.file, "clinic")
    assert app.client.post("/api/search", headers=app.bearer, **ASKED).status_code == 401
    assert app.client.post("/api/search", headers={"Authorization": f"bearer {second}"}, **ASKED).status_code == 200


def test_keys_that_cannot_be_read_open_nothing(guarded: Any) -> None:
    app = guarded()
    app.file.chmod(0o644)
    refused = app.client.post("/api/search", headers=app.bearer, **ASKED)
    assert refused.status_code == 503
    assert str(app.file) not in refused.text
    assert app.client.post("/sign-in", data={"key": app.key}).status_code == 503


def test_probes_are_open_where_told(guarded: Any) -> None:
    app = guarded(open_probes=True)
    assert app.client.get("/health/ready").status_code == 200
    assert app.client.get("/metrics").status_code == 200
    assert app.client.get("/schema").status_code == 401


def test_keys_may_be_asked_for_on_loopback_too(guarded: Any, client: Client) -> None:
    assert client.post("/api/search", **ASKED).status_code == 200
    assert guarded().client.post("/api/search", **ASKED).status_code == 401


def test_an_application_for_another_address_is_not_even_made_without_keys(settings: Settings) -> None:
    server = settings.server.model_copy(update={"host": "0.0.0.0"})  # noqa: S104 - refused
    with pytest.raises(SettingsFault, match="requests need keys"):
        create_app(settings.model_copy(update={"server": server}))


def test_the_schema_says_how_a_key_is_sent(guarded: Any, client: Client) -> None:
    app = guarded()
    told = app.client.get("/schema", headers=app.bearer).json()
    scheme = told["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert told["security"] == [{"key": []}]
    assert told["paths"]["/health/live"]["get"]["security"] == []
    assert client.get("/schema").json()["security"] == []
