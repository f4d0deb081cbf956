"""Runs the command line in this process and keeps what it said."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from imr.main import run


class Said(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line of a refusal; anything else on either stream is an AssertionError."""
        assert self.code == 2
        assert self.out == ""
        assert self.err.startswith("imr: ")
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.removeprefix("imr: ").rstrip("\n")


Imr = Callable[..., Said]


def program(capsys: pytest.CaptureFixture[str]) -> Imr:
    """Return a function that runs `imr` with some arguments."""

    def imr(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return imr
