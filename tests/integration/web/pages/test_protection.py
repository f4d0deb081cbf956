"""Who may ask: a name of ours, and forms of our own pages. What all may see: the pages' own files."""

from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app

Client = TestClient[Litestar]
EVERY = ["/", "/record", "/items", "/static/pages.css", "/api/facets", "/health/live", "/schema/openapi.json"]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "", "a@localhost"])
def test_another_name_is_refused(client: Client, path: str, host: str) -> None:
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 421
    assert "allowed_hosts" in response.text


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_our_names_are_answered(client: Client, path: str, host: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 200


def test_a_configured_name_is_answered(sample_settings: Settings, sample_service: PrecedentService) -> None:
    server = sample_settings.server.model_copy(update={"allowed_hosts": ("imr.example",)})
    settings = sample_settings.model_copy(update={"server": server})
    with TestClient(create_app(settings, sample_service), base_url="http://imr.example") as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"Host": "other.example"}).status_code == 421


@pytest.mark.parametrize("path", ["/search", "/evidence", "/evidence.docx"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:81"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://127.0.0.1"}, 200),
        ({}, 200),
    ],
)
def test_forms_of_other_sites_are_refused(client: Client, path: str, headers: dict[str, str], status: int) -> None:
    assert client.post(path, data={"text": "tramadol"}, headers=headers).status_code == status


def test_links_from_other_sites_are_followed(client: Client) -> None:
    assert client.get("/record", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("name", ["pages.css", "pages.js", "htmx.min.js", "htmx.LICENSE.txt", "icon.svg"])
def test_files(client: Client, name: str) -> None:
    response = client.get(f"/static/{name}")
    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.content


@pytest.mark.parametrize("name", ["../pages/search.py", "%2e%2e/app.py", "..%2fapp.py"])
def test_no_other_files(client: Client, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_pages_are_not_in_the_schema(client: Client) -> None:
    paths = client.get("/schema/openapi.json").json()["paths"]
    assert paths
    assert {path.split("/")[1] for path in paths} == {"api", "health"}


@pytest.mark.parametrize("path", ["/search", "/evidence", "/evidence.docx"])
def test_a_failure_says_nothing_of_the_request(
    client: Client,
    sample_service: PrecedentService,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    def fail(text: str, *_: object, **__: object) -> Callable[..., None]:
        raise KeyError(text)

    monkeypatch.setattr(type(sample_service), "search", lambda _self, text, *_: fail(text))
    monkeypatch.setattr(type(sample_service), "evidence", lambda _self, text, *_, **__: fail(text))
    response = client.post(path, data={"text": "zebrafinch"})
    assert response.status_code == 500
    assert "The program failed" in response.text
    assert "zebrafinch" not in response.text + caplog.text
