"""The names that the server answers to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from service.web.hosts import host_of, known_hosts


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8000", "localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("evil.example:8000", "evil.example"),
        ("", None),
        (":8000", None),
        ("localhost:port", None),
        ("localhost:99999999", None),
        ("localhost/x", None),
        ("localhost?x", None),
        ("localhost#x", None),
        ("evil@localhost", None),
        ("[::1", None),
        ("[evil]", None),
    ],
)
def test_the_host_of_a_header(header: str, host: str | None) -> None:
    assert host_of(header) == host


@given(st.text())
def test_any_header_is_read(header: str) -> None:
    host = host_of(header)
    assert host is None or host == host.lower()


def test_names_are_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_SERVER_ALLOWED_HOSTS", "IMR.example, 10.0.0.5,")
    server = load_settings(flags={"server": {"host": "192.168.1.5"}}).server
    assert server.allowed_hosts == ("IMR.example", "10.0.0.5")
    assert known_hosts(server) == {"localhost", "127.0.0.1", "::1", "192.168.1.5", "imr.example", "10.0.0.5"}
