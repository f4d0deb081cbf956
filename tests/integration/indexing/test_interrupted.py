"""Runs that die at any moment: the old index stands and is whole, and the next run makes what was to be made."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.subprocess
# Each boundary, and two hundred moments, are tried by `make bench`.
@pytest.mark.parametrize(("how", "every", "at_least"), [("moments", 8, 4), ("boundaries", 7, 8), ("full", 9, 5)])
def test_a_run_that_dies_costs_at_most_one_batch(
    how: str, every: int, at_least: int, sample_letters: Path, tmp_path: Path
) -> None:
    letters, place = tmp_path / "letters", tmp_path / "place"
    letters.mkdir()
    place.mkdir()
    for path in sorted(sample_letters.iterdir())[1:5]:
        shutil.copy(path, letters)
    command = [sys.executable, "-m", "tests.support.interrupted", how, str(every), str(letters), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == [], done.stderr
    assert told["died"] >= at_least


@pytest.mark.subprocess
# Each boundary, of a first run and of another model too, is tried by `make bench`.
@pytest.mark.parametrize(("kind", "every", "at_least"), [("change", 45, 3), ("server", 100, 1)])
def test_a_run_into_postgresql_that_dies_is_gone_on_with(
    kind: str, every: int, at_least: int, sample_letters: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    for path in sorted(sample_letters.iterdir())[1:6]:
        shutil.copy(path, letters)
    arguments = [kind, str(every), str(letters), str(tmp_path / "place")]
    command = [sys.executable, "-m", "tests.support.interrupted_engine", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == [], done.stderr
    assert told["died"] >= at_least
