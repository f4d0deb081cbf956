"""A real browser before the real server: Debian's Chromium, driven by playwright, over the sample letters.

Whatever a test does, its pages may write no error to the console, break no policy and ask no host but ours; neither
addresses, nor the browser's history, nor a log may hold what was asked. Pictures go to .cache/browser, ignored by git.
"""

import logging
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.browser import CANARY, CHROMIUM, DESKTOP, Open, Page, Watched

_STARTUP_SECONDS = 30


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """Return playwright, where it and Chromium are installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: run make browser")
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is not installed: apt-get install chromium")
    with playwright.sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def address(driver: Any, sample_settings: Settings, sample_service: PrecedentService) -> Iterator[str]:
    """Serve the sample letters on a free port of loopback. Asks for the driver first: it may skip."""
    assert driver
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(sample_settings, sample_service)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=True, lifespan="on", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    deadline = time.monotonic() + _STARTUP_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(_STARTUP_SECONDS)
    assert not thread.is_alive()


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Return every line that any logger writes, at any level, while a test runs."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    keeper, root = Keeper(), logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)


@pytest.fixture
def open_page(driver: Any, address: str, tmp_path: Path, logged: list[str]) -> Iterator[Open]:
    """Return a function that opens an address of ours in a new browser of a kind: `DESKTOP`, `PHONE`, `DARK`."""
    opened: list[Watched] = []

    def open_(path: str = "/", **kind: Any) -> Page:
        watched = Watched(driver.chromium, address, tmp_path / f"profile-{len(opened)}", kind or DESKTOP)
        opened.append(watched)
        watched.page.goto(path)
        return watched.page

    yield open_
    for watched in opened:
        watched.hold()
    # The access log tells addresses, so that this can fail.
    assert any('"GET / ' in line or "GET /" in line for line in logged)
    assert not [line for line in logged if CANARY in line]
