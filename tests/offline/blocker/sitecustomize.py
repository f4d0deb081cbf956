"""Imported by every Python process that has this folder on PYTHONPATH: no network but loopback, attempts recorded.

An audit hook sees every use of a socket from Python, whichever module makes it, and can't be taken out again. Sockets
that compiled code opens for itself are not seen.
"""

import ipaddress
import json
import os
import sys
from pathlib import Path
from typing import Any

RECORD_VARIABLE = "IMR_TEST_NETWORK_RECORD"
_WITH_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_WITH_HOST = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


def _is_near(host: object) -> bool:
    """Whether a host is this machine: no name but localhost is, since looking one up asks the network."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _host(event: str, arguments: tuple[Any, ...]) -> object:
    if event in _WITH_HOST:
        first = arguments[0]
        return first[0] if isinstance(first, tuple) else first
    address = arguments[1]
    # A path names a socket of this machine; None is the address it was connected to before.
    return address[0] if isinstance(address, tuple) else None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _WITH_ADDRESS and event not in _WITH_HOST:
        return
    host = _host(event, arguments)
    if _is_near(host):
        return
    line = json.dumps({"event": event, "host": str(host), "process": os.getpid(), "program": sys.argv[:2]})
    with Path(os.environ[RECORD_VARIABLE]).open("a", encoding="utf-8") as record:
        record.write(line + "\n")
    raise OSError(f"no network in this test: {event} {host}")


sys.addaudithook(_watch)
