"""Work that takes the processor runs on worker threads, a few at a time; the event loop stays free.

A request first takes one of the places. When all are taken it waits in a queue of limited length for a
limited time, and is told to come back otherwise: a server that is behind must not collect work it will never
reach.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
import anyio.to_thread

from config.settings import ServerSettings

P = ParamSpec("P")
T = TypeVar("T")


class Busy(Exception):  # noqa: N818 - a state of the server, not an error of anybody's
    """All places are taken and the queue is full, or the wait was too long; `str(busy)` is one line."""


def _say_nothing() -> None:
    """Keep to itself that somebody was sent away."""


class Limiter:
    """Runs functions on worker threads: `concurrency` at once, `queue` waiting at most `wait_seconds`."""

    def __init__(self, settings: ServerSettings, on_busy: Callable[[], None] = _say_nothing) -> None:
        """Take the limits; nothing is started before the first call. `on_busy` is told of each that is sent away."""
        self._on_busy = on_busy
        self._queue = settings.queue
        self._wait_seconds = settings.wait_seconds
        self._waiting = 0
        self._places = anyio.Semaphore(settings.concurrency)
        # A thread for each place: the places, not anyio's shared pool of threads, are the limit.
        self._threads = anyio.CapacityLimiter(settings.concurrency)

    @property
    def waiting(self) -> int:
        """How many requests wait for a place."""
        return self._waiting

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function on a worker thread once there is a place; what it raises is raised here.

        Raises:
            Busy: no place became free.
        """
        await self._take_place()
        try:
            return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=self._threads)
        finally:
            self._places.release()

    async def _take_place(self) -> None:
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            await self._wait_for_place()

    async def _wait_for_place(self) -> None:
        if self._waiting >= self._queue:
            self._on_busy()
            raise Busy("too many requests are waiting; try again shortly")
        self._waiting += 1
        try:
            with anyio.fail_after(self._wait_seconds):
                await self._places.acquire()
        except TimeoutError:
            self._on_busy()
            raise Busy(f"no place became free within {self._wait_seconds:g} seconds; try again shortly") from None
        finally:
            self._waiting -= 1
