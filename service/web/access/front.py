"""What stands before every route, and before none: the name that is asked for, and the headers of every answer."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from litestar.datastructures import MutableScopeHeaders
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import ServerSettings
from service.web.errors import Problem
from service.web.hosts import is_ours, known_hosts

# What an answer has unless it says otherwise itself; the pages' own are in service/web/pages/rendering.py.
_ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_REFUSED = Problem(
    status_code=HTTPStatus.MISDIRECTED_REQUEST.value,
    detail="this server does not answer to that name; the setting server.allowed_hosts names those it does",
)


class Front:
    """Refuses requests for another host and gives every answer its headers."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        """Wrap an application."""
        self._app = app
        self._known = known_hosts(settings)
        self._headers = {**_ALWAYS, **(_HTTPS_ONLY if settings.https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for a name of ours."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if is_ours(scope, self._known):
            await self._app(scope, receive, send_with_headers)
        else:
            refusal = ASGIResponse(
                body=msgspec.json.encode(_REFUSED),
                status_code=_REFUSED.status_code,
                media_type="application/json",
            )
            await refusal(scope, receive, send_with_headers)
