"""Child processes without a network, a home or a cache; whatever they try is on record."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

BLOCKER = Path(__file__).parent / "blocker"
ROOT = Path(__file__).parents[2]
RECORD_VARIABLE = "IMR_TEST_NETWORK_RECORD"


class Offline(NamedTuple):
    """An environment for child processes in which every attempt to reach beyond loopback fails and is recorded."""

    environment: dict[str, str]
    record: Path

    @property
    def attempts(self) -> list[dict[str, Any]]:
        """What was tried, in order."""
        if not self.record.exists():
            return []
        return [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run Python with some arguments to its end."""
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=240)  # noqa: S603 - our own program

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start Python with some arguments."""
        command = [sys.executable, *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - likewise


MakeOffline = Callable[[], Offline]


@pytest.fixture(scope="session")
def make_offline(tmp_path_factory: pytest.TempPathFactory) -> MakeOffline:
    """Return a function that makes a fresh environment: an empty home, an empty folder for temporary files."""

    def make() -> Offline:
        folder = tmp_path_factory.mktemp("offline")
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join([str(BLOCKER), str(ROOT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            RECORD_VARIABLE: str(folder / "attempts.jsonl"),
        }
        return Offline(environment, folder / "attempts.jsonl")

    return make


@pytest.fixture
def offline(make_offline: MakeOffline) -> Offline:
    return make_offline()
