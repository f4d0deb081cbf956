"""Index runs with the real model that are killed: `python -m tests.support.interrupted_model TIMES LETTERS PLACE`.

Each is the command itself, killed at a random moment after its first write: torch is lost in a fork, so the runs of
`tests.support.interrupted` cannot have it. LETTERS that are not there are written: all the samples. Prints how many
runs died and what went wrong after, as JSON.
"""

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from config.settings import load_settings
from eval.letters.publish import write_letters
from tests.support.interrupted import describe

_POLL_SECONDS = 0.02
_PATIENCE_SECONDS = 300


def _command(letters: Path, index: Path) -> list[str]:
    return [sys.executable, "-m", "imr", "index", str(letters), "--index", str(index), "--json"]


def _run(letters: Path, index: Path) -> dict[str, int]:
    """Run to the end and return the summary."""
    done = subprocess.run(_command(letters, index), check=True, capture_output=True)  # noqa: S603 - our own program
    summary: dict[str, int] = json.loads(done.stdout)
    return summary


def _described(index: Path, into: Path) -> str:
    describe(load_settings(flags={"index": {"dir": index}}), into)
    return into.read_text(encoding="utf-8")


def _written(index: Path) -> bool:
    return index.exists() and any(path.name != "writer.lock" for path in index.iterdir())


def _begun(letters: Path, index: Path) -> subprocess.Popen[bytes]:
    """Start a run and return it after its first write, or its end."""
    run = subprocess.Popen(_command(letters, index), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while run.poll() is None and not _written(index):
        if time.monotonic() > deadline:
            raise AssertionError("nothing was written")
        time.sleep(_POLL_SECONDS)
    return run


def _killed(letters: Path, index: Path, after: float) -> bool:
    """Kill a run some seconds after its first write; return whether it was still at work."""
    run = _begun(letters, index)
    time.sleep(after)
    run.kill()
    return run.wait() != 0


def _seconds_of_writing(letters: Path, index: Path) -> float:
    run = _begun(letters, index)
    started = time.monotonic()
    assert run.wait() == 0
    return time.monotonic() - started


def main(times: int, letters: Path, place: Path) -> None:
    """Kill runs and print what came of it."""
    if not letters.exists():
        letters.mkdir(parents=True)
        write_letters(letters)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    seconds = _seconds_of_writing(letters, place / "whole")
    whole = _described(place / "whole", place / "told.json")
    chance, wrong, died = random.Random(1), [], 0  # noqa: S311 - no secret
    for turn in range(times):
        index = place / f"run-{turn}"
        after = chance.uniform(0, seconds)
        died += _killed(letters, index, after)
        if (index / "CURRENT").exists() and _described(index, place / "told.json") != whole:
            wrong.append(f"{after:.2f} s: another index was published")
        _run(letters, index)
        if _described(index, place / "told.json") != whole:
            wrong.append(f"{after:.2f} s: the run after made another index")
        sys.stderr.write(f"{turn + 1}: {after:.2f} of {seconds:.2f} s, {died} died, {len(wrong)} wrong\n")
    sys.stdout.write(json.dumps({"died": died, "wrong": wrong}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
