"""Runs of `imr embed` that are killed: `python -m tests.support.interrupted_shard LETTERS PLACE`.

Each is killed before one of its writes, flushes, renames and removals, then run again. Prints how many died and what
went wrong after, as JSON.
"""

import json
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

from config.settings import load_settings
from indexer.build import no_progress
from indexer.sharding import Cut, embed_shard
from indexer.store import kept
from tests.support.interrupted import BATCH, Boundaries, LoggingEmbedder, forked, kill


def shard(letters: Path, out: Path, log: Path) -> None:
    """Make the one shard of some letters."""
    settings = load_settings(flags={"model": {"kind": "hashing", "threads": 1}})
    embed_shard([letters], Cut(shard=1, of=1), out, settings, LoggingEmbedder(log), no_progress)


def told(letters: Path, place: Path, at: int, expected: dict[str, bytes]) -> list[str] | None:
    """Kill a run at a boundary and run again; return what is wrong after, None where it ended before the boundary."""
    out, log = place / "out", place / "log"
    shutil.rmtree(out, ignore_errors=True)
    log.unlink(missing_ok=True)

    def work() -> None:
        Boundaries(at, kill).watch("fsync", "replace", "unlink", "rmdir")
        shard(letters, out, log)

    code = forked(work)
    if code == 0:
        return None
    wrong = [] if code == -signal.SIGKILL else [f"boundary {at}: exit code {code}"]
    if forked(lambda: shard(letters, out, log)):
        wrong.append(f"boundary {at}: the run after failed")
    left = {path.name: path.read_bytes() for path in out.iterdir() if not path.name.startswith(".")}
    if left != expected:
        wrong.append(f"boundary {at}: left {sorted(left)}")
    embedded = Counter(log.read_text(encoding="utf-8").split())
    if sum(embedded.values()) - len(embedded) > BATCH:
        wrong.append(f"boundary {at}: {sum(embedded.values()) - len(embedded)} texts embedded twice")
    return wrong


def main(letters: Path, place: Path) -> None:
    """Kill runs and print what came of it."""
    kept.ENCODE_BATCH = BATCH
    if forked(lambda: shard(letters, place / "whole", place / "log")):
        raise AssertionError("a run that is left alone fails")
    expected = {path.name: path.read_bytes() for path in (place / "whole").iterdir()}
    wrong: list[str] = []
    at = 1
    while (found := told(letters, place, at, expected)) is not None:
        wrong.extend(found)
        at += 1
    sys.stdout.write(json.dumps({"died": at - 1, "wrong": wrong, "files": len(expected)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
