"""A client of the application over the fake service, which holds every answer against the OpenAPI schema."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings, load_settings
from service.web.app import create_app
from tests.support.fake_service import FakeService

Client = TestClient[Litestar]
Connect = Callable[..., Client]


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The defaults, with bodies small enough to exceed."""
    monkeypatch.delenv("IMR_CONFIG", raising=False)
    limits = {"max_body_bytes": 4000, "max_upload_bytes": 20_000}
    return load_settings(flags={"server": limits, "search": {"max_request_chars": 1000}})


@pytest.fixture
def connect(settings: Settings, service: FakeService) -> Iterator[Connect]:
    """Return a function that starts the application with other [server] settings and connects to it."""
    with ExitStack() as stack:

        def start(app: Litestar | None = None, **server: Any) -> Client:
            changed = settings.model_copy(update={"server": settings.server.model_copy(update=server)})
            client = stack.enter_context(TestClient(app or create_app(changed, service), base_url="http://127.0.0.1"))
            client.event_hooks["response"] = [_must_be_declared(client.app)]
            return client

        yield start


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()


def _must_be_declared(app: Litestar) -> Callable[[httpx.Response], None]:
    """Every status that a test sees on a declared operation must be declared too."""
    paths = app.openapi_schema.to_schema()["paths"]

    def check(response: httpx.Response) -> None:
        method, path = response.request.method.lower(), response.request.url.path
        for template, operations in paths.items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if method in operations and re.fullmatch(pattern, path):
                assert str(response.status_code) in operations[method]["responses"], (method, path)

    return check
