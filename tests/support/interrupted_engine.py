"""Runs into PostgreSQL that die: `python -m tests.support.interrupted_engine KIND EVERY LETTERS PLACE`.

KIND is what is done to the database: `first` (the schema, a base and its indexes are made), `change` (letters are
added, replaced and pruned, and what is too old is cleared away) or `model` (a new base beside the old one); then the
run is killed before every EVERYth exchange with the server inside a transaction (a statement, a COPY's rows and its
end, a commit), and before each write of the vectors that it keeps. It is run again, killed there once more, and run to
the end. `server` is `change` with the server's postmaster killed instead (SIGKILL), and started again. Prints how many
runs died and what went wrong after, as JSON.
"""

import importlib
import itertools
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from pydantic import SecretStr

from config.errors import IndexFault
from config.settings import ReadingSettings, Settings, load_settings
from eval.bench.pgserver import THROWAWAY, Server, running, started
from indexer import build as building
from indexer.build import build_index
from indexer.letters import parse_file
from indexer.postgres import writer
from indexer.postgres.base import TABLES
from indexer.read.letter import as_text
from indexer.sources import ReadResult, content_sha256
from indexer.store import kept
from indexer.store.open import check_there
from tests.support.interrupted import (
    BATCH,
    Boundaries,
    LoggingEmbedder,
    Trial,
    describe,
    forked,
    kill,
    write_samples,
)

KINDS = ("first", "change", "model")
_ABSENT = "no index"
_DIMENSION = 128
# Letters of a block: the run writes several.
BLOCK = 2
# Seconds for a killed postmaster's processes to notice.
_LEAVING = 20
_CONTROL = ("base", "generation", "active", "draft")


def watch_exchanges(boundaries: Boundaries) -> None:
    """End the run before one of its exchanges with a server inside a transaction, among them the commits.

    What lies between two transactions only reads.
    """
    wait = psycopg.Connection.wait
    at_boundary = boundaries.before(wait)

    def watched(connection: psycopg.Connection[Any], generator: Generator[Any, Any, Any], **options: Any) -> Any:
        idle = connection.info.transaction_status == TransactionStatus.IDLE
        return (wait if idle else at_boundary)(connection, generator, **options)

    psycopg.Connection.wait = watched  # type: ignore[assignment, method-assign] # as it is called here


class Place:
    """A server that may be lost and started again."""

    def __init__(self, server: Server, held: ExitStack) -> None:
        """Keep a server running; `held` ends it."""
        self.server = server
        self._held = held

    def lose(self) -> None:
        """Kill the postmaster; its processes notice and go."""
        postmaster = int((self.server.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii").split()
        os.kill(postmaster, signal.SIGKILL)
        until = time.monotonic() + _LEAVING
        while time.monotonic() < until and any(_is_alive(int(child)) for child in children):
            time.sleep(0.05)
        # Where nobody waits for it, its number seems to be taken still.
        (self.server.data / "postmaster.pid").unlink()

    def start_again(self) -> None:
        """Start the server over what the lost one left."""
        self.server = self._held.enter_context(running(self.server.data, self.server.programs, {}))


def _is_alive(process: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return " Z " not in Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    return False


class EngineTrial(Trial):
    """A database, what a run to the end makes of it, and runs that are ended before."""

    def __init__(self, kind: str, letters: Path, place: Path, where: Place) -> None:
        self._kind = kind
        self._where = where
        self._gone = place / "gone"
        super().__init__(letters, place)
        self._held = self._rows("new")

    def _warm(self) -> None:
        super()._warm()
        for name in ("open", "state", "draft"):
            importlib.import_module(f"indexer.postgres.{name}")

    def _settings(self, name: str) -> Settings:
        flags: dict[str, dict[str, object]] = {
            "index": {
                "dir": self._place / name,
                "engine": "postgres",
                "dsn": SecretStr(self._where.server.dsn(f"imr_{name}")),
            },
            "model": {"kind": "hashing", "threads": 1},
        }
        return load_settings(flags=flags)

    def _begin(self, name: str) -> str | None:
        self._gone.mkdir()
        self._sql(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"imr_{name}")))
        (self._place / name).mkdir()
        if self._kind == "first":
            return _ABSENT
        first, second, *_ = self._files
        # One file's letter ends with the second generation, so that the third clears it away; another's ends there.
        ended = shutil.copy(self._files[-1], self._gone / "ended.pdf")
        replaced = shutil.copy(self._files[-2], self._gone / "replaced.pdf")
        dimension = _DIMENSION // 2 if self._kind == "model" else _DIMENSION

        def begin() -> None:
            for paths in ([first, second, self._gone], [self._gone]):
                build_index(paths, self._settings(name), LoggingEmbedder(self._log(name), 0, dimension), prune=True)
                Path(ended).unlink(missing_ok=True)

        told = self._whole(name, begin)
        Path(replaced).unlink()
        shutil.copy(first, self._gone / "replaced.pdf")
        return told

    def _build(self, name: str, paths: Sequence[Path], embedder: LoggingEmbedder) -> None:
        build_index([*paths, self._gone], self._settings(name), embedder, prune=True)

    def _described(self, name: str) -> str | None:
        into = self._place / "described.json"

        def tell() -> None:
            try:
                check_there(self._settings(name))
            except IndexFault as fault:
                if "no index in" not in str(fault) or "\n" in str(fault):
                    raise
                into.write_text(_ABSENT, encoding="utf-8")
            else:
                describe(self._settings(name), into)

        return into.read_text(encoding="utf-8") if forked(tell) == 0 else None

    def _copy(self, name: str, to: str) -> None:
        super()._copy(name, to)
        copy, of = sql.Identifier(f"imr_{to}"), sql.Identifier(f"imr_{name}")
        self._sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
        self._sql(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(copy, of))

    def _watch(self, boundaries: Boundaries, end: Callable[[], None]) -> None:
        super()._watch(boundaries, end)
        watch_exchanges(boundaries)

    def ended(self, at: int, end: Callable[[], None]) -> bool:
        """End a run at a boundary, and the one after it too; return whether it came to that."""
        name = self._fresh()
        code = forked(self._watched(name, at, end))
        if end is kill:
            if code:
                self.died += forked(self._watched(name, at, end)) != 0
        elif code:
            self._where.start_again()
        return self._judged(name, code, f"{self._kind}, boundary {at}")

    def _left(self, name: str) -> list[str]:
        left = [f"{path.name} in the folder" for path in (self._place / name).iterdir() if path.name != "writer.lock"]
        found = self._rows(name)
        return left + [
            f"{table}: {number} rows, {self._held.get(table)} if left alone"
            for table, number in found.items()
            if number != self._held.get(table)
        ]

    def _rows(self, name: str) -> dict[str, int]:
        """Return the number of rows of every table, and of tables; dead runs may have none of their own."""
        with psycopg.connect(self._where.server.dsn(f"imr_{name}")) as connection:
            counted = {
                table: connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("imr", table))
                ).fetchone()
                for table in (*_CONTROL, *TABLES)
            }
            counted["tables"] = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'imr'").fetchone()
            counted["indexes"] = connection.execute(
                "SELECT count(*) FROM pg_indexes WHERE schemaname = 'imr'"
            ).fetchone()
        return {table: row[0] if row else 0 for table, row in counted.items()}

    def _sql(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._where.server.dsn(), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def served(kind: str) -> Iterator[Place]:
    """Start a server for the time; one that is to be lost flushes as PostgreSQL does when nothing is set."""
    with ExitStack() as held:
        yield Place(held.enter_context(started({} if kind == "server" else THROWAWAY)), held)


def read_here(files: Sequence[Path], limits: ReadingSettings) -> Iterator[ReadResult]:
    """Read letters without workers, which take most of a run's time to start."""
    for path in files:
        letter = parse_file(path, limits)
        yield ReadResult(path=as_text(str(path)), sha256=content_sha256(path) or "", determination=letter, reason=None)


def sweep(kind: str, every: int, letters: Path, place: Path, where: Place) -> EngineTrial:
    """End runs of one kind at every so many boundaries; return what came of it."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    trial = EngineTrial("change" if kind == "server" else kind, letters, place, where)
    end = where.lose if kind == "server" else kill
    for at in itertools.count(every, every):
        if not trial.ended(at, end):
            return trial
        sys.stderr.write(f"{kind}, boundary {at}: {trial.died} died, {len(trial.wrong)} wrong\n")
    raise AssertionError


def main(kind: str, every: int, letters: Path, place: Path) -> None:
    """End runs and print what came of it."""
    write_samples(letters)
    kept.ENCODE_BATCH = BATCH
    building.BLOCK = BLOCK
    writer.KEPT_SECONDS = 0
    building.read_letters = read_here
    with served(kind) as where:
        trial = sweep(kind, every, letters, place, where)
    sys.stdout.write(json.dumps({"died": trial.died, "wrong": trial.wrong}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
