"""Running the server: what is raised to the command line. No socket is opened here."""

import socket
import subprocess
import sys
from typing import Any

import pytest
import uvicorn

from config.errors import Fault, IndexFault, SettingsFault
from config.settings import Settings, load_settings
from service.web import serve


@pytest.fixture
def settings() -> Settings:
    return load_settings(flags={"server": {"port": 8123}})


class Listening:
    """A socket that is bound, as far as its address goes."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address

    def getsockname(self) -> tuple[str, int]:
        """Return the address."""
        return self._address


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[uvicorn.Server]:
    """Replace the socket and the server's loop; the servers that were run."""
    servers: list[uvicorn.Server] = []

    def create_server(address: tuple[str, int], **_: Any) -> Listening:
        return Listening((address[0], 8123 if address[1] == 0 else address[1]))

    def run(self: uvicorn.Server, sockets: Any = None) -> None:
        assert [socket.getsockname()[1] for socket in sockets] == [8123]
        servers.append(self)

    monkeypatch.setattr(socket, "create_server", create_server)
    monkeypatch.setattr(uvicorn.Server, "run", run)
    return servers


def test_one_quiet_worker(settings: Settings, ran: list[uvicorn.Server], capsys: pytest.CaptureFixture[str]) -> None:
    serve.run(settings)
    config = ran[0].config
    assert config.workers == 1
    assert not config.access_log
    assert not config.server_header
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8123, "http://127.0.0.1:8123"),
        ("127.0.0.1", 0, "http://127.0.0.1:8123"),
        ("::1", 8123, "http://[::1]:8123"),
    ],
)
def test_the_address_that_was_bound_is_announced(host: str, port: int, address: str) -> None:
    told: list[str] = []
    serve.run(load_settings(flags={"server": {"host": host, "port": port}}), told.append)
    assert told == [address]


def test_an_interrupt_ends_it_quietly(settings: Settings, ran: list[uvicorn.Server], monkeypatch: Any) -> None:
    def run(_self: uvicorn.Server, sockets: Any = None) -> None:  # noqa: ARG001 - uvicorn's name
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", run)
    serve.run(settings)
    assert ran == []


@pytest.mark.usefixtures("ran")
def test_an_index_that_cannot_be_opened_stops_the_server(settings: Settings, monkeypatch: Any) -> None:
    def run(self: uvicorn.Server, sockets: Any = None) -> None:  # noqa: ARG001 - uvicorn's name
        readiness = self.config.app.state.readiness  # type: ignore[union-attr]
        readiness.failure = IndexFault("no index")
        assert not self.should_exit
        readiness.on_failure(readiness.failure)
        assert self.should_exit

    monkeypatch.setattr(uvicorn.Server, "run", run)
    with pytest.raises(IndexFault, match="no index"):
        serve.run(settings)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(98, "Address already in use (while attempting to bind on ('127.0.0.1', 8123))"),
            "address already in use",
        ),
        (socket.gaierror(-2, "Name or service not known"), "name or service not known"),
        (OSError("odd"), "odd"),
    ],
)
def test_an_address_that_cannot_be_taken(settings: Settings, monkeypatch: Any, error: OSError, line: str) -> None:
    def create_server(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "create_server", create_server)
    with pytest.raises(SettingsFault) as refused:
        serve.run(settings)
    assert isinstance(refused.value, Fault)
    assert str(refused.value) == f"cannot listen on 127.0.0.1 port 8123: {line}"


@pytest.mark.subprocess
def test_importing_it_is_light() -> None:
    heavy = "{'litestar', 'uvicorn', 'numpy', 'torch', 'faiss', 'tantivy'}"
    code = f"import sys, service.web.serve; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    assert done.stdout.strip() == ""


@pytest.mark.subprocess
def test_the_application_is_imported_without_the_model_s_libraries() -> None:
    heavy = "{'torch', 'faiss', 'sentence_transformers', 'transformers'}"
    code = f"import sys, service.web.app; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    assert done.stdout.strip() == ""
