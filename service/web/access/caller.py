"""Who asks: found out once for each request, before anything of it is read but its headers."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from config.errors import SettingsFault
from indexer.records import Record
from service.access.keys import Key
from service.access.ring import KeyRing
from service.web.access.sessions import Sessions
from service.web.readiness import NotReady

_SCHEME = "bearer"


class Caller(Record, frozen=True):
    """Whose key was presented, by its name and id. `by_session`: by a browser that signed in with it."""

    name: str
    key_id: str
    by_session: bool


class Recognition:
    """Middleware that sets the request's `user` to the `Caller`, or None. It refuses nothing: guards do."""

    def __init__(self, app: ASGIApp, ring: KeyRing | None, sessions: Sessions | None) -> None:
        """Wrap an application. Without keys nobody is known and nobody needs to be."""
        self._app = app
        self._ring = ring
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise who asks and pass the request on."""
        scope["user"] = await self._caller(ASGIConnection(scope))
        await self._app(scope, receive, send)

    async def _caller(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
        if self._ring is None or self._sessions is None:
            return None
        try:
            scheme, _, presented = connection.headers.get("Authorization", "").partition(" ")
            if scheme.lower() == _SCHEME:
                return _known(self._ring.find(presented.strip()), by_session=False)
            key_id = await self._sessions.key_of(connection)
            return _known(self._ring.by_id(key_id), by_session=True) if key_id else None
        except SettingsFault:
            raise NotReady("the keys cannot be read; whoever runs the server has to look") from None


def caller_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
    """Return who asks, as the middleware found out."""
    user = connection.scope.get("user")
    return user if isinstance(user, Caller) else None


def _known(key: Key | None, *, by_session: bool) -> Caller | None:
    return Caller(name=key.name, key_id=key.id, by_session=by_session) if key else None
