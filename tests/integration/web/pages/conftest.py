"""A client of the pages over the sample letters, which holds every page against what all pages promise."""

from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.html import Page

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PROMISED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
Client = TestClient[Litestar]


@pytest.fixture
def client(sample_settings: Settings, sample_service: PrecedentService) -> Iterator[Client]:
    with TestClient(create_app(sample_settings, sample_service), base_url="http://127.0.0.1") as client:
        client.event_hooks["response"] = [keeps_its_promises]
        yield client


def keeps_its_promises(response: httpx.Response) -> None:
    """Hold what every answer of the pages must keep."""
    if not response.headers["content-type"].startswith("text/html"):
        return
    response.read()
    assert {name: response.headers[name] for name in PROMISED} == PROMISED
    assert response.headers["cache-control"] == ("no-store" if response.request.method == "POST" else "no-cache")
    assert "location" not in response.headers
    page = Page(response.text)
    assert page.inline == []
    assert page.foreign == []
    assert page.unlabelled == []
    assert len(page.ids) == len(set(page.ids))
