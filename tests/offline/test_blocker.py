"""The blocker itself: it catches and records what the other tests of this tier say does not happen."""

import socket
from typing import Any

import pytest

pytestmark = pytest.mark.subprocess

# An address that leads nowhere by definition (RFC 5737), and a name that never resolves (RFC 2606).
NOWHERE = "192.0.2.1"
NO_NAME = "nowhere.invalid"


@pytest.mark.parametrize(
    ("code", "event", "host"),
    [
        (f"socket.create_connection(({NOWHERE!r}, 80), timeout=1)", "socket.getaddrinfo", NOWHERE),
        (f"socket.socket().connect(({NOWHERE!r}, 80))", "socket.connect", NOWHERE),
        (f"socket.socket().connect_ex(({NOWHERE!r}, 80))", "socket.connect", NOWHERE),
        (f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ({NOWHERE!r}, 53))", "socket.sendto", NOWHERE),
        (f"socket.getaddrinfo({NO_NAME!r}, 443)", "socket.getaddrinfo", NO_NAME),
        (f"socket.gethostbyname({NO_NAME!r})", "socket.gethostbyname", NO_NAME),
        (f"__import__('urllib.request').request.urlopen('https://{NO_NAME}/')", "socket.getaddrinfo", NO_NAME),
        (f"import _socket; _socket.socket().connect(({NOWHERE!r}, 80))", "socket.connect", NOWHERE),
    ],
)
def test_a_forbidden_attempt_fails_and_is_recorded(code: str, event: str, host: str, offline: Any) -> None:
    done = offline.run("-c", f"import socket; {code}")
    assert done.returncode == 1
    assert "no network in this test" in done.stderr
    assert [(one["event"], one["host"]) for one in offline.attempts] == [(event, host)]


def test_an_attempt_that_is_caught_is_on_record_all_the_same(offline: Any) -> None:
    code = f"import socket\ntry: socket.getaddrinfo({NO_NAME!r}, 80)\nexcept OSError: pass"
    assert offline.run("-c", code).returncode == 0
    assert len(offline.attempts) == 1


def test_children_of_children_are_watched(offline: Any) -> None:
    inner = f"import socket; socket.socket().connect(({NOWHERE!r}, 80))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], stderr=subprocess.DEVNULL)"
    assert offline.run("-c", code).returncode == 0
    assert [one["host"] for one in offline.attempts] == [NOWHERE]


def test_loopback_is_allowed(offline: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            done = offline.run("-c", f"import socket; socket.create_connection(({host!r}, {port}), timeout=10).close()")
            assert (done.returncode, done.stderr) == (0, "")
    assert offline.attempts == []


def test_tiktoken_left_alone_would_have_been_caught(offline: Any) -> None:
    done = offline.run("-c", "import tiktoken; tiktoken.get_encoding('o200k_base')")
    assert done.returncode == 1
    assert offline.attempts
