"""A process that serves: how it is told to stop, and to look for another generation.

SIGTERM: no new connection is taken, what runs may finish within a bound, and the process ends with 0. SIGHUP: what is
published is opened anew.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from litestar import Litestar

from config.settings import ServerSettings
from service.web.generations import settle
from service.web.punctual import Punctual

# What a process that has been told to stop may take beyond the time that its requests are given.
SPARE_SECONDS = 5
# How long a thread that searches may keep the interpreter from the event loop; Python's own 5 ms are waited for several
# times in one answer. Measured with 16 clients: the 99th percentile of /health/live 32 and 62 ms instead of 59 and 91.
_SWITCH_SECONDS = 0.001


def uvicorn_options(settings: ServerSettings) -> dict[str, Any]:
    """Return what every process is run with: quiet, without WebSockets, and with bounds on its requests and its end."""
    return {
        "lifespan": "on",
        "http": partial(Punctual, seconds=settings.receive_seconds),
        "ws": "none",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }


def orderly(app: Litestar, settings: ServerSettings) -> Litestar:
    """Let signals reach an application once it starts, where it runs in a main thread; the process is its own."""
    readiness = app.state.readiness
    readiness.generations.on_open = settle
    sys.setswitchinterval(_SWITCH_SECONDS)

    def start() -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        signal.signal(signal.SIGHUP, lambda _number, _frame: readiness.reloader.ask())
        _bound_the_end(settings.shutdown_seconds + SPARE_SECONDS)

    app.on_startup.append(start)
    return app


def _bound_the_end(seconds: float) -> None:
    """End the process some time after SIGTERM whatever it still does: a thread cannot be stopped."""
    stop = signal.getsignal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        last = threading.Timer(seconds, os._exit, (1,))
        last.daemon = True
        last.start()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, handle)


@contextmanager
def quiet_end() -> Iterator[None]:
    """Let a process that stopped in order at SIGTERM end with 0; uvicorn raises the signal again when it is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
