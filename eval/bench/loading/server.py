"""`imr serve` as its own process on a free port of loopback, watched from outside."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from eval.bench.loading.http import Connection

_READY_SECONDS = 300
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Server:
    """A running server; its log goes to a file."""

    def __init__(self, index: Path, log: Path, workers: int, environment: Mapping[str, str] | None = None) -> None:
        """Start it; `environment` is added to what it inherits."""
        command = [
            sys.executable,
            "-m",
            "imr",
            "serve",
            "--port",
            "0",
            "--index",
            str(index),
            "--workers",
            str(workers),
        ]
        self._log = log
        with log.open("wb") as out:
            variables = {**os.environ, **(environment or {})}
            self._process = subprocess.Popen(command, stderr=out, stdout=out, env=variables)  # noqa: S603 - our own program
        self.port = 0

    async def ready(self) -> None:
        """Wait until it answers searches.

        Raises:
            RuntimeError: it ended, or took too long.
        """
        ends = time.monotonic() + _READY_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            await asyncio.sleep(0.5)
            told = _ADDRESS.search(self._log.read_text(encoding="utf-8"))
            self.port = int(told[1]) if told else 0
            if self.port and await _is_ready(self.port):
                return
        raise RuntimeError(f"the server did not get ready; see {self._log}")

    def memory(self) -> tuple[int, int]:
        """Return the bytes in RAM of its processes together, and of the largest."""
        sizes = [_resident(pid) for pid in (self._process.pid, *_children(self._process.pid))]
        return sum(sizes), max(sizes)

    def shares(self) -> list[dict[str, int]]:
        """Return for each process what it has in RAM and its share of that (PSS), in bytes."""
        return [_rollup(pid) for pid in (self._process.pid, *_children(self._process.pid))]

    def stop(self) -> int:
        """Tell it to stop and return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)


async def _is_ready(port: int) -> bool:
    connection = Connection("127.0.0.1", port)
    try:
        return (await connection.ask("GET", "/health/ready")).status == 200  # noqa: PLR2004 - HTTP's OK
    except (OSError, EOFError, ValueError):
        return False
    finally:
        await connection.close()


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _rollup(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    found = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith("kB")}
    return {"rss": found.get("Rss", 0), "pss": found.get("Pss", 0)}
