"""Forms are taken from our own pages only, so that no other site can have a browser send one.

Browsers tell where a request comes from: Sec-Fetch-Site by all of today, Origin by older ones and over plain http. A
program tells neither and is let through: it has no user's browser to abuse, unless it sends a cookie as one would.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

# 'none' is a person's own doing, as typing an address.
_OURS = frozenset({"same-origin", "none"})
_READING = frozenset({HttpMethod.GET.value, HttpMethod.HEAD.value, HttpMethod.OPTIONS.value})


def same_origin(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard: refuse what another site sends.

    Raises:
        HTTPException: 403.
    """
    if connection.scope.get("method") in _READING:
        return
    headers = connection.headers
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None:
        ours = site in _OURS
    elif origin is not None:
        ours = urlsplit(origin).netloc == headers.get("Host")
    else:
        ours = "Cookie" not in headers
    if not ours:
        raise HTTPException(status_code=HTTPStatus.FORBIDDEN, detail="a form of another site is not taken")
