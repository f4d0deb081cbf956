"""Who may pass: a key for programs, a session for pages. What a route does not say needs a key.

A route says otherwise by `opt`: `OPEN` lets everyone in, `PAGE` takes a session.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from service.web.access.caller import caller_of

_ACCESS = "access"
OPEN: Mapping[str, str] = MappingProxyType({_ACCESS: "open"})
PAGE: Mapping[str, str] = MappingProxyType({_ACCESS: "page"})
PROBE: Mapping[str, str] = MappingProxyType({_ACCESS: "probe"})


class SignInNeeded(NotAuthorizedException):
    """A page was asked for by a browser that has not signed in."""


def guard(*, needed: bool, open_probes: bool) -> Guard:
    """Return the guard of every route.

    Args:
        needed: whether requests need a key.
        open_probes: whether readiness and metrics answer without one.
    """

    def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        access = handler.opt.get(_ACCESS)
        if not needed or access == "open" or (access == "probe" and open_probes):
            return
        caller = caller_of(connection)
        if access == "page":
            if caller is None or not caller.by_session:
                raise SignInNeeded("sign in first")
        elif caller is None or caller.by_session:
            raise NotAuthorizedException("a key is needed, as 'Authorization: Bearer KEY'")

    return admit
