"""The two engines as the conformance suite sees them: something to load, change and open."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import psycopg
from psycopg import sql
from pydantic import SecretStr

from config.settings import IndexSettings, load_settings
from eval.bench.pgserver import Server
from indexer.embed import Embedder
from indexer.index import Index
from indexer.postgres.open import open_postgres
from indexer.postgres.rows import Part
from indexer.postgres.schema import migrate
from indexer.postgres.state import verify
from indexer.postgres.writer import Writer, open_writer
from indexer.records import Determination
from indexer.store.embedded import open_embedded
from indexer.store.manifest import Made
from indexer.store.verify import verify_index
from tests.support.letters import contents, made_by, publish

TEMPLATE = "imr_template"
_NUMBERS = itertools.count(1)


class Engine(Protocol):
    """An index that can be written; everything is named by the letters it holds."""

    name: str

    def load(self, letters: Iterable[Determination], embedder: Embedder) -> str:
        """Load a whole index as a new generation and return its name."""
        ...

    def change(self, added: Iterable[Determination], embedder: Embedder, removed: Sequence[str] = ()) -> str:
        """Add letters, replacing those of the same id, remove some, and return the new generation's name."""
        ...

    def open(self) -> Index:
        """Open the active generation."""
        ...

    def problems(self) -> list[str]:
        """Return what a verification finds."""
        ...


class Pair(NamedTuple):
    """The same letters, opened from both engines."""

    embedded: Index
    postgres: Index


class Embedded:
    """The embedded engine in a folder."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        """Write into a folder."""
        self._folder = folder
        self._held: dict[str, Determination] = {}

    def load(self, letters: Iterable[Determination], embedder: Embedder) -> str:
        """Publish all letters."""
        self._held = {letter.id: letter for letter in letters}
        return publish(self._folder, *contents(self._held.values(), embedder), embedder)

    def change(self, added: Iterable[Determination], embedder: Embedder, removed: Sequence[str] = ()) -> str:
        """Publish what was there with the change."""
        kept = {name: letter for name, letter in self._held.items() if name not in removed}
        return self.load((kept | {letter.id: letter for letter in added}).values(), embedder)

    def open(self) -> Index:
        """Open the folder."""
        return open_embedded(self._folder)

    def problems(self) -> list[str]:
        """Verify the folder."""
        return [f"{one.file}: {one.what}" for one in verify_index(self._folder).problems]


class Postgres:
    """PostgreSQL, in a database of its own."""

    name = "postgres"

    def __init__(self, dsn: str) -> None:
        """Write into a database."""
        self.dsn = dsn

    @property
    def settings(self) -> IndexSettings:
        """Settings that name the database."""
        return load_settings(flags={"index": {"engine": "postgres", "dsn": SecretStr(self.dsn)}}).index

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Hold the database's writer."""
        with open_writer(self.dsn) as writer:
            yield writer

    def load(self, letters: Iterable[Determination], embedder: Embedder) -> str:
        """Load all letters into a base of their own."""
        part, made = part_of(letters, embedder)
        with self.writer() as writer:
            return writer.load([part], made).name

    def change(self, added: Iterable[Determination], embedder: Embedder, removed: Sequence[str] = ()) -> str:
        """Change the active generation; the files of the letters that go, go with them."""
        part, made = part_of(added, embedder)
        with self.writer() as writer:
            return writer.change([part], made, removed, [f"/{name}" for name in removed]).name

    def open(self) -> Index:
        """Open the database."""
        return open_postgres(self.settings)

    def problems(self) -> list[str]:
        """Verify the database."""
        return [f"{one.file}: {one.what}" for one in verify(self.settings).problems]


def part_of(letters: Iterable[Determination], embedder: Embedder) -> tuple[Part, Made]:
    """Return letters as what is written, with what they were made by."""
    held, vectors = contents(letters, embedder)
    return Part(held, vectors.reshape(-1, embedder.fingerprint.dimension)), made_by(embedder)


def fresh_database(server: Server, *, template: bool = True) -> str:
    """Make an empty database and return its connection string; of a template, with the schema already."""
    name = f"imr_{next(_NUMBERS)}"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        if not template:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            return server.dsn(name)
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
            migrate(server.dsn(TEMPLATE))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
    return server.dsn(name)
