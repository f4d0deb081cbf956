"""Index runs that die, each in a process of its own: `python -m tests.support.interrupted HOW EVERY LETTERS PLACE`.

HOW is `boundaries` (killed before each write, flush, rename, removal and commit), `full` (refused there, as by a full
disk) or `moments` (killed at random moments); EVERY takes only every so many boundaries, or so many moments. LETTERS
that are not there are written: five samples. Prints how many runs died and what went wrong after, as JSON. The process
that forks opens no engine, so that no thread of one is lost in a fork. `tests.support.interrupted_engine` does the same
to runs into PostgreSQL.
"""

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from config.errors import IndexFault
from config.settings import Settings, load_settings
from eval.letters.publish import write_letters
from indexer import build as building
from indexer.build import build_index
from indexer.duplicates import representatives
from indexer.embed import FloatArray, HashingEmbedder
from indexer.filters import FACETS, NO_FILTERS
from indexer.letters import parse_file
from indexer.parse.version import reader_version
from indexer.passages import passages_of
from indexer.reasonlist import reasons_version
from indexer.reasons import pattern_reasons
from indexer.store import draft as drafting
from indexer.store import kept, merging
from indexer.store.open import open_index, read_status, verify_index

BATCH = 4
LETTERS = 5
REFUSED = 3
QUERIES = ("tramadol for the low back", "physical therapy", "knee surgery")


class LoggingEmbedder(HashingEmbedder):
    """The stand-in for the model: slow if asked, it writes down each batch before it embeds it."""

    def __init__(self, log: Path, seconds: float = 0.0, dimension: int = 128) -> None:
        super().__init__(dimension)
        self._log = log
        self._seconds = seconds

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Write down what is embedded, take the time, embed."""
        with self._log.open("a", encoding="utf-8") as file:
            file.write("".join(hashlib.sha256(text.encode()).hexdigest() + "\n" for text in texts))
        time.sleep(self._seconds)
        return super().encode(texts)


class Boundaries:
    """Counts the crossings of a boundary and ends the run at one of them."""

    def __init__(self, at: int, end: Callable[[], None]) -> None:
        self.crossed = 0
        self._at = at
        self._end = end

    def cross(self) -> bool:
        """Count a crossing; return whether it is the one."""
        self.crossed += 1
        return self.crossed == self._at

    def watch(self, *names: str) -> None:
        """End the run before one of the calls of some functions of `os`, or of a commit; writes are cut in half."""
        for name in names:
            setattr(os, name, self.before(getattr(os, name)))
        os.pwrite = self._torn(os.pwrite)
        connect, boundaries = sqlite3.connect, self

        class Watched(sqlite3.Connection):
            def commit(self) -> None:
                if boundaries.cross():
                    boundaries._end()
                super().commit()

        def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
            return connect(*arguments, factory=Watched, **options)

        sqlite3.connect = watched  # type: ignore[assignment] # fewer overloads than sqlite3's

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that ends the run if this crossing is the one, and calls another if not."""

        def watched(*arguments: Any, **options: Any) -> Any:
            if self.cross():
                self._end()
            return call(*arguments, **options)

        return watched

    def _torn(self, call: Callable[..., int]) -> Callable[..., int]:
        def watched(file: int, content: bytes, place: int) -> int:
            if self.cross():
                call(file, content[: len(content) // 2 + 7], place)
                self._end()
            return call(file, content, place)

        return watched


def kill() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse() -> None:
    """Refuse like a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def forked(work: Callable[[], None], after: float | None = None) -> int:
    """Do some work in a child, killed after some seconds if given; return its exit code, -9 where it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except IndexFault as fault:
            code = REFUSED if "stand" in str(fault) and "\n" not in str(fault) else 1
        except BaseException:  # noqa: BLE001 - a child must not go on as its parent
            traceback.print_exc()
        os._exit(code)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def describe(settings: Settings, into: Path) -> None:
    """Write what an index holds and how it ranks; raises where it does not verify."""
    found = verify_index(settings)
    if found.problems or not found.manifest_checked:
        raise AssertionError(found)
    index = open_index(settings)
    embedder = HashingEmbedder(index.fingerprint.dimension)
    keys = index.select(NO_FILTERS)
    told = [
        keys,
        [msgspec.to_builtins(index.determination(key.determination_id)) for key in keys],
        [msgspec.to_builtins(index.reasons(key)) for key in keys],
        [index.vectors(key).tolist() for key in keys],
        [index.stands_for(key) for key in keys],
        [index.facet(field) for field in FACETS],
        [index.search_vector(vector, 20) for vector in embedder.encode(QUERIES)],
        [index.search_text(query, 20) for query in QUERIES],
        msgspec.to_builtins(read_status(settings).rejected),
    ]
    index.close()
    into.write_text(json.dumps(told), encoding="utf-8")


class Trial:
    """An index of a few letters, what a run to the end makes of it, and runs that are ended before."""

    def __init__(self, letters: Path, place: Path) -> None:
        self._place = place
        self._letters = letters
        self._files = sorted(letters.iterdir())
        self._warm()
        self.wrong: list[str] = []
        self.died = 0
        self._old = self._begin("old")
        self._copy("old", "new")
        started = time.monotonic()
        self._new = self._whole("new", self._run("new", 0.05))
        self.seconds = time.monotonic() - started

    def _warm(self) -> None:
        """Load vocabulary, sentence model and hashing library here, not in each child."""
        letters = [parse_file(path, self._settings("none").reading) for path in self._files]
        representatives(letters)
        for letter in letters:
            passages_of(letter, HashingEmbedder().count, 254, 1)
            for item in letter.items:
                pattern_reasons(item)
        reader_version()
        reasons_version()

    def _begin(self, name: str) -> str | None:
        """Make the index from which each run starts and return its description."""
        half = self._files[: len(self._files) // 2]
        return self._whole(name, lambda: self._build(name, half, LoggingEmbedder(self._log(name))))

    def _settings(self, name: str) -> Settings:
        flags: dict[str, dict[str, object]] = {
            "index": {"dir": self._place / name},
            "model": {"kind": "hashing", "threads": 1},
        }
        return load_settings(flags=flags)

    def _log(self, name: str) -> Path:
        return self._place / f"{name}.log"

    def _build(self, name: str, paths: Sequence[Path], embedder: LoggingEmbedder) -> None:
        build_index(paths, self._settings(name), embedder)

    def _run(self, name: str, seconds: float = 0.0) -> Callable[[], None]:
        return lambda: self._build(name, [self._letters], LoggingEmbedder(self._log(name), seconds))

    def _described(self, name: str) -> str | None:
        into = self._place / "described.json"
        code = forked(lambda: describe(self._settings(name), into))
        return into.read_text(encoding="utf-8") if code == 0 else None

    def _whole(self, name: str, run: Callable[[], None]) -> str:
        assert forked(run) == 0
        told = self._described(name)
        assert told
        return told

    def ended(self, at: int, end: Callable[[], None]) -> bool:
        """End a run at a boundary; return whether it came to that."""
        name = self._fresh()
        return self._judged(name, forked(self._watched(name, at, end)), f"boundary {at}")

    def _watched(self, name: str, at: int, end: Callable[[], None]) -> Callable[[], None]:
        """Return a run that is ended at a boundary."""

        def work() -> None:
            self._watch(Boundaries(at, end), end)
            self._run(name)()

        return work

    def _watch(self, boundaries: Boundaries, end: Callable[[], None]) -> None:
        boundaries.watch("fsync", "replace", "rename", *(["unlink", "rmdir"] if end is kill else []))

    def killed(self, after: float) -> None:
        """Kill a run after some seconds."""
        name = self._fresh()
        self._judged(name, forked(self._run(name, 0.05), after), f"{after:.3f} s")

    def _fresh(self) -> str:
        self._log("run").unlink(missing_ok=True)
        self._copy("old", "run")
        return "run"

    def _copy(self, name: str, to: str) -> None:
        """Make a copy of an index, in the place of what has its name."""
        shutil.rmtree(self._place / to, ignore_errors=True)
        shutil.copytree(self._place / name, self._place / to)

    def _judged(self, name: str, code: int, where: str) -> bool:
        """Look at what a run left and run again."""
        if code == 0:
            return False
        self.died += 1
        if code not in {-signal.SIGKILL, REFUSED}:
            self.wrong.append(f"{where}: exit code {code}")
        if self._described(name) not in {self._old, self._new}:
            self.wrong.append(f"{where}: the index is neither the old nor the new one")
        if forked(self._run(name)):
            self.wrong.append(f"{where}: the run after failed")
        if self._described(name) != self._new:
            self.wrong.append(f"{where}: the run after made another index")
        if left := self._left(name):
            self.wrong.append(f"{where}: left {left}")
        log = self._log(name)
        embedded = Counter(log.read_text(encoding="utf-8").split()) if log.exists() else Counter[str]()
        if sum(embedded.values()) - len(embedded) > BATCH:
            self.wrong.append(f"{where}: {sum(embedded.values()) - len(embedded)} texts embedded twice")
        return True

    def _left(self, name: str) -> list[str]:
        """Return what is there that does not belong to an index that was published."""
        known = {"CURRENT", "generations", "segments", "writer.lock"}
        return sorted({path.name for path in (self._place / name).iterdir()} - known)


def write_samples(letters: Path) -> None:
    """Write the letters of a trial where there are none."""
    if not letters.exists():
        letters.mkdir(parents=True)
        for path in write_letters(letters)[LETTERS:]:
            path.unlink()


def main(how: str, every: int, letters: Path, place: Path) -> None:
    """End runs and print what came of it."""
    write_samples(letters)
    place.mkdir(parents=True, exist_ok=True)
    kept.ENCODE_BATCH = BATCH
    # A segment a letter, and two are joined: some before their letters are published, and then all.
    building.BLOCK = drafting.SMALL = 1
    merging.FANOUT = 2
    trial = Trial(letters, place)
    if how == "moments":
        chance = random.Random(1)  # noqa: S311 - no secret
        for _ in range(every):
            trial.killed(chance.uniform(0, 0.9 * trial.seconds))
    else:
        at = 1
        while trial.ended(at, kill if how == "boundaries" else refuse):
            at += every
    sys.stdout.write(json.dumps({"died": trial.died, "wrong": trial.wrong}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
