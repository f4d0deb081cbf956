"""Around every request: an id, its generation, its times, one line in the log, and its place in the metrics.

Nothing that a client wrote is noted: the path's template instead of the path, and no query, header or body.
"""

import logging
import time

from litestar import Litestar
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.observing import observer
from service.web.metrics import METHODS, Metrics
from service.web.seen import Seen, seen

logger = logging.getLogger("service.web.requests")

_NOWHERE = "unknown"
_REQUEST_ID = b"x-request-id"
_GENERATION = b"x-index-generation"
# Asked by machines every few seconds; told only at the level "debug".
_PROBES = frozenset({"/health/live", "/health/ready", "/metrics"})


class Observation:
    """Wraps the whole application, so that what no route answers is noted too."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and note it."""
        one = Seen()
        here, watching = seen.set(one), observer.set(self._metrics)
        started = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_headers(one)]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            one.end()
            seen.reset(here)
            observer.reset(watching)
            self._note(scope, one, status, time.perf_counter() - started)

    def _note(self, scope: Scope, one: Seen, status: int, seconds: float) -> None:
        method = str(scope.get("method", ""))
        route = str(scope.get("path_template") or _NOWHERE)
        self._metrics.answered(method, route, status, seconds)
        said = {
            "request_id": one.id,
            "method": method if method in METHODS else "other",
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "generation": one.generation,
        }
        logger.log(logging.DEBUG if route in _PROBES else logging.INFO, "request", extra={"said": said})


def _headers(one: Seen) -> list[tuple[bytes, bytes]]:
    """Return what an answer says of itself: the id by which the log knows it, and the generation it was made from."""
    generation = [] if one.generation is None else [(_GENERATION, one.generation.encode())]
    return [(_REQUEST_ID, one.id.encode()), *generation]


def observed(app: Litestar, metrics: Metrics) -> Litestar:
    """Observe an application's requests; Litestar's own middleware would not see what no route answers."""
    app.asgi_handler = Observation(app.asgi_handler, metrics)
    return app
