"""A running service takes up a newly published generation by itself, without dropping a request.

Once a second it is looked which generation is published. Another than the one that answers is opened on a worker thread
beside it, with the same loaded model, and takes its place when it is open. One that cannot be opened changes nothing:
it is said in one line, counted, and tried again after a while or when something else is published.
"""

import logging
import time
from collections.abc import Callable

import anyio
import anyio.to_thread

from config.errors import Fault
from config.settings import Settings
from indexer.store.open import current_generation, published_at
from service.web.generations import Generation, Generations
from service.web.metrics import Metrics

logger = logging.getLogger(__name__)

_TICK_SECONDS = 1.0
_RETRY_SECONDS = 60.0


class Reloader:
    """Keeps `generations` at what is published."""

    def __init__(self, settings: Settings, generations: Generations, metrics: Metrics) -> None:
        """Watch the index of some settings."""
        self._settings = settings
        self._generations = generations
        self._metrics = metrics
        self._asked = False
        self._next_look = 0.0
        self._failed: str | None = None
        self._retry_at = 0.0

    def ask(self) -> None:
        """Open what is published at the next look even if it has the name of what answers; safe in a signal handler."""
        self._asked = True

    async def run(self, beat: Callable[[float], None]) -> None:
        """Look for ever; `beat` is called each time, with the seconds by which the event loop was late."""
        while True:
            due = time.monotonic() + _TICK_SECONDS
            await anyio.sleep(_TICK_SECONDS)
            beat(max(0.0, time.monotonic() - due))
            await self.look()

    async def look(self, now: float | None = None) -> None:
        """Close what is no longer used, and take up what is published if it is another generation.

        Args:
            now: the monotonic clock.
        """
        await self._generations.close_idle()
        now = time.monotonic() if now is None else now
        current = self._generations.current
        if current is None or not (self._asked or self._is_time(now)):
            return
        asked, self._asked = self._asked, False
        name = await anyio.to_thread.run_sync(self._published, abandon_on_cancel=True)
        if name == current.name and not asked:
            self._failed = None
        elif asked or name != self._failed or now >= self._retry_at:
            await self._reload(name, current, now)

    def _is_time(self, now: float) -> bool:
        seconds = self._settings.server.reload_seconds
        if not seconds or now < self._next_look:
            return False
        self._next_look = now + seconds
        return True

    def _published(self) -> str:
        """Return the name of what is published; '?' where it cannot be told, which then cannot be opened either."""
        try:
            return current_generation(self._settings)
        except Fault:
            return "?"

    async def _reload(self, name: str, current: Generation, now: float) -> None:
        try:
            fresh = await anyio.to_thread.run_sync(self._open, current, abandon_on_cancel=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, what answers goes on answering
            self._failed, self._retry_at = name, now + _RETRY_SECONDS
            self._metrics.reloaded(ok=False)
            reason = str(error) if isinstance(error, Fault) else type(error).__name__
            logger.error("generation %s cannot be opened, %s goes on answering: %s", name, current.name, reason)  # noqa: TRY400 - one line
            return
        self._failed = None
        self._generations.take_up(fresh)
        self._metrics.reloaded(ok=True)
        logger.info("generation %s answers now, after %s", fresh.name, current.name)

    def _open(self, current: Generation) -> Generation:
        fresh = Generation(current.service.reopened(), published_at(self._settings))
        self._generations.on_open()
        return fresh
