"""Uploaded letters: each is read by a process of its own, a few at a time, with places apart from the searches'.

So a letter that takes as long as it may holds up other letters, and no search.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread

from config.settings import Settings
from indexer.confined import ConfinedReader
from indexer.records import Determination
from service.web.limiter import Limiter
from service.web.upload import Upload

_MOST_PROCESSES = 2


class Letters:
    """Reads letters; its processes start with the first letter and end with the application."""

    def __init__(self, settings: Settings) -> None:
        """Take the limits; nothing is started."""
        places = min(_MOST_PROCESSES, settings.server.concurrency)
        self._reader = ConfinedReader(settings.reading, places)
        self._limiter = Limiter(settings.server.model_copy(update={"concurrency": places}))

    async def read(self, take: Callable[[], Upload]) -> tuple[Upload, Determination]:
        """Take a letter out of a request and read it; both happen away from the event loop.

        Raises:
            LetterRejected: it is no determination that can be read whole within the limits.
            Busy: no place became free.
        """

        def work() -> tuple[Upload, Determination]:
            upload = take()
            return upload, self._reader.read(upload.name, upload.content)

        return await self._limiter.run(work)

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """End the processes when the application stops."""
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(self._reader.close)
