"""How many requests a minute each key may make: Litestar's own middleware, told whom it counts.

It counts in this process's memory, under a key's id; a request without a known key counts for the address it
comes from.
"""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from litestar import Request
from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.stores.memory import MemoryStore

from service.web.access.caller import caller_of

STORE = "rate_limit"
# What `opt` says where a route's requests are not counted.
UNCOUNTED = "uncounted"
_SECONDS = 60
# Whoever has an IPv6 address has a network of them.
_V6_NETWORK = 64


def rate_limit(most: int, *, needed: bool) -> list[DefineMiddleware]:
    """Return the middleware that counts; none where there is no limit.

    Args:
        most: requests a minute; 0 for no limit.
        needed: whether requests need a key; where not, all count together.
    """
    if not most:
        return []
    config = RateLimitConfig(
        rate_limit=("minute", most),
        identifier_for_request=_counted_for if needed else _together,
        exclude_opt_key=UNCOUNTED,
        store=STORE,
    )
    return [config.middleware]


def _together(_: Request[Any, Any, Any]) -> str:
    return "all"


def _counted_for(request: Request[Any, Any, Any]) -> str:
    caller = caller_of(request)
    if caller is not None:
        return f"key {caller.key_id}"
    return f"address {network_of(request.client.host if request.client else '')}"


def network_of(host: str) -> str:
    """Return what an address counts as: itself, or the /64 network of an IPv6 address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, _V6_NETWORK if address.version == 6 else 32), strict=False))  # noqa: PLR2004


@asynccontextmanager
async def forgetting(store: MemoryStore) -> AsyncIterator[None]:
    """Forget each minute who has not asked for one, so that addresses do not pile up."""

    async def forget() -> None:
        while True:
            await anyio.sleep(_SECONDS)
            await store.delete_expired()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(forget)
        yield
        tasks.cancel_scope.cancel()
