"""Whether the service is open: index and model load in the background while the server already answers.

So liveness and readiness can be told apart while the model loads (seconds), and a request that comes early
waits a little instead of being refused.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import anyio.to_thread

from config.errors import Fault
from config.settings import Settings
from indexer.store.open import published_at
from service.precedents import PrecedentService
from service.web.generations import Generation, Generations
from service.web.metrics import Metrics
from service.web.reload import Reloader
from service.web.seen import seen

logger = logging.getLogger(__name__)


class NotReady(Exception):  # noqa: N818 - a state of the server, not an error of anybody's
    """The service is not open; `str(state)` says in one line why."""


def _no_beat(_late: float) -> None:
    """Note nothing."""


class Readiness:
    """Holds the generation that answers once it is open, or why it could not be opened."""

    def __init__(self, settings: Settings, service: PrecedentService | None = None) -> None:
        """Hold a service that its caller opened and will close, or none yet."""
        self.metrics = Metrics()
        self.generations = Generations()
        self.reloader = Reloader(settings, self.generations, self.metrics)
        self.failure: Exception | None = None
        self.on_failure: Callable[[Exception], None] = _log_failure
        self.on_beat: Callable[[float], None] = _no_beat
        self._settings = settings
        self._given = service is not None
        self._waiting = 0
        self._settled = anyio.Event()
        if service is not None:
            self.generations.take_up(Generation(service))

    @property
    def service(self) -> PrecedentService | None:
        """The service that answers, if one is open."""
        current = self.generations.current
        return None if current is None else current.service

    @property
    def reason(self) -> str:
        """One line on why there is no service."""
        if self.failure is None:
            return "the index is still being opened; try again shortly"
        return str(self.failure) if isinstance(self.failure, Fault) else "the index could not be opened"

    async def lend(self) -> PrecedentService:
        """Lend the request at hand the service, waiting for it no longer than a request may wait for a place.

        The generation stays open until the request ends.

        Raises:
            NotReady: it is not open, or too many requests already wait for it.
        """
        if self.generations.current is None and self.failure is None:
            await self._wait()
        current = self.generations.current
        if current is None:
            raise NotReady(self.reason)
        return seen.get().borrow(current)

    async def _wait(self) -> None:
        limits = self._settings.server
        if self._waiting >= limits.queue:
            return
        self._waiting += 1
        try:
            with anyio.move_on_after(limits.wait_seconds):
                await self._settled.wait()
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Open the service when the application starts, unless one was given, and close it when it stops."""
        if self._given:
            yield
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._open)
            tasks.start_soon(self.reloader.run, self.on_beat)
            yield
            tasks.cancel_scope.cancel()
        self.generations.retire()
        # One that a cancelled request still works with stays open until the process ends.
        await self.generations.close_idle()

    async def _open(self) -> None:
        try:
            generation = await anyio.to_thread.run_sync(self._open_first, abandon_on_cancel=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the server stays answerable
            self.failure = error
            self.on_failure(error)
        else:
            self.generations.take_up(generation)
        self._settled.set()

    def _open_first(self) -> Generation:
        generation = _open_generation(self._settings)
        generation.service.warm_up()
        self.generations.on_open()
        return generation


def _log_failure(error: Exception) -> None:
    if isinstance(error, Fault):
        logger.error("the index cannot be opened: %s", error)
    else:
        logger.error("the index could not be opened", exc_info=error)


def _open_generation(settings: Settings) -> Generation:
    """Import and open on a worker thread: torch alone takes seconds to import."""
    from service.precedents import open_service

    service = open_service(settings)
    try:
        published = published_at(settings)
    except Fault:
        # Another engine's, or gone meanwhile; what is open answers all the same.
        published = None
    return Generation(service, published)
