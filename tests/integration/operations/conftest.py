"""The program as a process of its own, with the stand-in model."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a process that runs this tree's program."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "IMR": f"{sys.executable} -m imr",
        "IMR_MODEL_KIND": "hashing",
        "IMR_MODEL_THREADS": "1",
    }
