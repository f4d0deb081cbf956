"""uvicorn's protocol with a time in which a request must be there; uvicorn itself waits for ever.

Its limit on idle connections ends with their first byte. So a head that trickles in, or a body that goes on after its
request was answered, would hold a connection as long as the client likes.
"""

import asyncio
import logging
from typing import Any

import h11
import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.web.arriving import Late, too_late
from service.web.errors import Problem

logger = logging.getLogger(__name__)


class Punctual(H11Protocol):
    """Closes a connection whose request is not there in time.

    The time runs from the connection's beginning or the first byte of its next request to the last byte. A body that is
    late and that the application still reads is left to `Arriving`.
    """

    def __init__(self, *args: Any, seconds: float, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Take what uvicorn gives, and the time."""
        super().__init__(*args, **options)
        self._seconds = seconds
        self._ends: asyncio.TimerHandle | None = None
        self._told_anything = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on where the request is not whole."""
        self._told_anything = True
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._forget()
        elif self._ends is None and not self.transport.is_closing():
            self._ends = self.loop.call_later(self._seconds, self._end)

    def _forget(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _end(self) -> None:
        self._ends = None
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.SEND_BODY and not self.cycle.response_complete:
            self._watch()
            return
        if self.conn.their_state is h11.IDLE and self._told_anything:
            self._answer()
            logger.info("the head of a request did not arrive in time")
        self.transport.close()

    def _answer(self) -> None:
        problem = Problem(status_code=Late.status_code, detail=too_late(self._seconds))
        headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("connection", "close")]
        said = [
            h11.Response(status_code=Late.status_code, headers=headers, reason=b"Request Timeout"),
            h11.Data(data=msgspec.json.encode(problem)),
            h11.EndOfMessage(),
        ]
        for event in said:
            self.transport.write(self.conn.send(event) or b"")
