"""A body must arrive within a time: who sends it a byte a minute may not hold a connection for ever.

It stands inside what logs and counts and gives headers, so that a late body is answered and noted like any failure.
`service.web.punctual` sees to what is not yet a request, or one no more.
"""

from http import HTTPStatus

import anyio
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.types.asgi_types import HTTPReceiveMessage, WebSocketReceiveMessage


class Late(HTTPException):
    """408: the body did not arrive in time; the connection is closed with the answer."""

    status_code = HTTPStatus.REQUEST_TIMEOUT.value


def too_late(seconds: float) -> str:
    """Say it in one line."""
    return f"the request did not arrive within {seconds:g} seconds"


class Arriving:
    """Ends a request whose body is not there in time, however it trickles in."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """Wrap an application."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; reading its body raises `Late` once the time is over."""
        ends = anyio.current_time() + self._seconds
        whole = False

        async def receive_in_time() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal whole
            if whole:
                # What comes now is that the client went away, whenever it does.
                return await receive()
            try:
                with anyio.fail_after(ends - anyio.current_time()):
                    message = await receive()
            except TimeoutError:
                raise Late(detail=too_late(self._seconds)) from None
            whole = not (message["type"] == "http.request" and message.get("more_body", False))
            return message

        await self._app(scope, receive_in_time, send)
