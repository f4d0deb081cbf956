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
from service.precedents import PrecedentService

logger = logging.getLogger(__name__)


class NotReady(Exception):  # noqa: N818 - a state of the server, not an error of anybody's
    """The service is not open; `str(state)` says in one line why."""


class Readiness:
    """Holds the service once it is open, or why it could not be opened."""

    def __init__(self, settings: Settings, service: PrecedentService | None = None) -> None:
        """Hold a service that its caller opened and will close, or none yet."""
        self.service = service
        self.failure: Exception | None = None
        self.on_failure: Callable[[Exception], None] = _log_failure
        self._settings = settings
        self._waiting = 0
        self._settled = anyio.Event()

    @property
    def reason(self) -> str:
        """One line on why there is no service."""
        if self.failure is None:
            return "the index is still being opened; try again shortly"
        return str(self.failure) if isinstance(self.failure, Fault) else "the index could not be opened"

    async def wait(self) -> PrecedentService:
        """Return the service, waiting for it no longer than a request may wait for a place.

        Raises:
            NotReady: it is not open, or too many requests already wait for it.
        """
        limits = self._settings.server
        if self.service is None and self.failure is None and self._waiting < limits.queue:
            self._waiting += 1
            try:
                with anyio.move_on_after(limits.wait_seconds):
                    await self._settled.wait()
            finally:
                self._waiting -= 1
        if self.service is None:
            raise NotReady(self.reason)
        return self.service

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Open the service when the application starts, unless one was given, and close it when it stops."""
        if self.service is not None:
            yield
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._open)
            yield
            tasks.cancel_scope.cancel()
        self._close()

    def _close(self) -> None:
        service, self.service = self.service, None
        if service is not None:
            service.close()

    async def _open(self) -> None:
        try:
            self.service = await anyio.to_thread.run_sync(_open_service, self._settings, abandon_on_cancel=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the server stays answerable
            self.failure = error
            self.on_failure(error)
        self._settled.set()


def _log_failure(error: Exception) -> None:
    if isinstance(error, Fault):
        logger.error("the index cannot be opened: %s", error)
    else:
        logger.error("the index could not be opened", exc_info=error)


def _open_service(settings: Settings) -> PrecedentService:
    """Import and open on a worker thread: torch alone takes seconds to import."""
    from service.precedents import open_service

    return open_service(settings)
