"""Runs that die at any moment: the old index stands and is whole, and the next run makes what was to be made."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.subprocess
@pytest.mark.parametrize(("how", "at_least"), [("moments", 5), ("boundaries", 20), ("full", 15)])
def test_a_run_that_dies_costs_at_most_one_batch(how: str, at_least: int, sample_letters: Path, tmp_path: Path) -> None:
    letters, place = tmp_path / "letters", tmp_path / "place"
    letters.mkdir()
    place.mkdir()
    for path in sorted(sample_letters.iterdir())[1:5]:
        shutil.copy(path, letters)
    command = [sys.executable, "-m", "tests.support.interrupted", how, str(letters), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == [], done.stderr
    assert told["died"] >= at_least
