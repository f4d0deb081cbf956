"""Only requests for a name of ours are answered.

A web site may point a name of its own at 127.0.0.1 (DNS rebinding); its scripts would then read our answers as its
own. They still ask for the site's name, and that is refused.
"""

import ipaddress
from http import HTTPStatus
from urllib.parse import urlsplit

from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

from config.settings import ServerSettings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HostCheck:
    """Middleware that refuses a request whose Host header names another host."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        """Wrap an application."""
        self._app = app
        self._known = known_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for a name of ours."""
        names = [value for name, value in scope.get("headers", ()) if name.lower() == b"host"]
        if len(names) != 1 or host_of(names[0].decode("latin-1")) not in self._known:
            raise HTTPException(
                status_code=HTTPStatus.MISDIRECTED_REQUEST,
                detail="this server does not answer to that name; the setting server.allowed_hosts names those it does",
            )
        await self._app(scope, receive, send)


def known_hosts(settings: ServerSettings) -> frozenset[str]:
    """Return the names that are answered: loopback, the address that is bound and the configured ones."""
    return _LOOPBACK | {name.lower().strip("[]") for name in (settings.host, *settings.allowed_hosts)}


def host_of(header: str) -> str | None:
    """Return the host of a Host header without port and brackets; None where it is none."""
    try:
        parts = urlsplit(f"//{header}")
        name, _ = parts.hostname, parts.port
        if name and ":" in name:
            name = str(ipaddress.ip_address(name))
    except ValueError:
        return None
    return name if parts.netloc == header and "@" not in header else None
