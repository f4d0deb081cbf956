"""Browsers that signed in: a random token in a cookie, and at the server a file that says which key it stands for.

The files are Litestar's FileStore: processes share them, they outlast a restart, and a name is a hash of its token.
"""

import math
import secrets
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.stores.file import FileStore

from config.settings import ServerSettings
from service.access.private import private_folder

_TOKEN_BYTES = 32
_SECONDS = 3600


class Sessions:
    """Begins, knows and ends sessions."""

    def __init__(self, keys: Path, settings: ServerSettings) -> None:
        """Keep sessions in a folder beside the keys.

        Raises:
            SettingsFault: the folder cannot be made, or others may look into it.
        """
        self._store = FileStore(private_folder(keys.with_name(f"{keys.name}.sessions")))
        self._seconds = math.ceil(settings.session_hours * _SECONDS)  # 0 would be for ever
        self._secure = settings.https
        self.cookie = cookie_name(settings)

    async def begin(self, key_id: str) -> Cookie:
        """Begin a session of a key and return the cookie that stands for it."""
        await self._store.delete_expired()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        await self._store.set(token, key_id, expires_in=self._seconds)
        return self._as_cookie(token, self._seconds)

    async def key_of(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
        """Return the id of the key that a request's session was begun with; the key may be revoked since."""
        token = connection.cookies.get(self.cookie)
        kept = await self._store.get(token) if token else None
        return kept.decode() if kept else None

    async def end(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Cookie:
        """End a request's session, if it has one, and return the cookie that removes its own."""
        token = connection.cookies.get(self.cookie)
        if token:
            await self._store.delete(token)
        return self._as_cookie("", 0)

    def _as_cookie(self, token: str, seconds: int) -> Cookie:
        return Cookie(self.cookie, value=token, max_age=seconds, httponly=True, samesite="strict", secure=self._secure)


def cookie_name(settings: ServerSettings) -> str:
    """Return the name of the cookie; with the prefix browsers take it only over https and from this very host."""
    return "__Host-imr" if settings.https else "imr-session"


def see_other(address: str, cookie: Cookie | None = None) -> Response[Any]:
    """Send a browser to another page of ours, with GET."""
    cookies = [cookie] if cookie else []
    return Redirect(address, status_code=303, cookies=cookies)
