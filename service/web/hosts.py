"""Only requests for a name of ours are answered.

A web site may point a name of its own at 127.0.0.1 (DNS rebinding); its scripts would then read our answers as its
own. They still ask for the site's name, and that is refused.
"""

import ipaddress
from urllib.parse import urlsplit

from litestar.types import Scope

from config.settings import ServerSettings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_ours(scope: Scope, known: frozenset[str]) -> bool:
    """Whether a request asks, once, for one of the names that are known."""
    names = [value for name, value in scope.get("headers", ()) if name.lower() == b"host"]
    return len(names) == 1 and host_of(names[0].decode("latin-1")) in known


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
