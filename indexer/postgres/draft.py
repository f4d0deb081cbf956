"""The next generation of an index in PostgreSQL while a run makes it.

What is added is committed block by block, as rows since the generation that comes next: no reader sees them before it
is published, and a run that dies leaves them to the next one. Letters that are made as those of the active generation
go into its base; made otherwise, all go into a new one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import msgspec
import numpy as np
import psycopg

from config.settings import IndexSettings
from indexer.embed import FloatArray
from indexer.index import Counts
from indexer.postgres.base import ENDLESS, Base, index_base
from indexer.postgres.copying import join_postings
from indexer.postgres.generations import Generation, encode_made, find_active
from indexer.postgres.open import servers_of
from indexer.postgres.rows import Part
from indexer.postgres.whole import files_of, letters_of, numbers_of
from indexer.postgres.writer import Writer, open_writer
from indexer.records import Determination, Reason
from indexer.sources import roots_of
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.manifest import Made

Connection = psycopg.Connection[Any]


class PostgresDraft:
    """An `indexer.writing.Draft` in a database, whose writer's lock the caller holds."""

    def __init__(self, writer: Writer, made: Made) -> None:
        """Start from what is published and what an earlier run left.

        Raises:
            IndexFault: what is active is not the newest generation.
        """
        self._connection = writer.connection
        self._writer = writer
        self._made = made
        self._active = find_active(writer.connection)
        self._number = writer.next_after(self._active) if self._active else writer.next_generation()
        self._changed = False
        self._base = self._resumed() or self._published_base()

    def _resumed(self) -> Base | None:
        """Return the base that an earlier run added to, if what it left can be gone on with."""
        query = "SELECT generation, draft.base, dimension, made FROM imr.draft JOIN imr.base USING (base)"
        left = self._connection.execute(query).fetchone()
        if left is None:
            return None
        if (left[0], left[3]) == (self._number, encode_made(self._made)):
            self._changed = True
            return Base(left[1], left[2])
        with self._connection.transaction():
            self._writer.discard_draft()
        return None

    def _published_base(self) -> Base | None:
        if self._active is None or self._active.made != self._made:
            return None
        return Base(self._active.base, self._made.model.dimension)

    @property
    def published(self) -> str | None:
        """The generation that is published now, or None."""
        return self._active.name if self._active else None

    @property
    def earlier(self) -> "EarlierGeneration | None":
        """What is published, where it was made otherwise."""
        if self._active is None or self._active.made == self._made:
            return None
        return EarlierGeneration(self._connection, self._active)

    @property
    def is_changed(self) -> bool:
        """Whether the draft holds anything else than what is published."""
        return self._changed or self._active is None or self._active.made != self._made

    @property
    def counts(self) -> Counts:
        """How much the draft holds."""
        if self._base is None:
            return Counts(letters=0, items=0, passages=0, rejected=0)
        return self._writer.counts(self._base)

    def file(self, path: str) -> FileRecord | RejectedFile | None:
        """Return what is known of a file."""
        held = self._rows("SELECT sha256, determination_id FROM {file} WHERE path = %s AND until = %s", path)
        for sha256, name in held:
            return FileRecord(path=path, sha256=sha256, determination_id=name)
        refused = self._rows("SELECT sha256, reason FROM {rejected} WHERE path = %s AND until = %s", path)
        for sha256, reason in refused:
            return RejectedFile(path=path, sha256=sha256, reason=reason)
        return None

    def files_under(self, paths: Sequence[Path]) -> set[str]:
        """Return the known files under some paths."""
        found: set[str] = set()
        for root in roots_of(paths):
            # '0' follows '/', so nothing under the folder sorts between.
            told = (root, f"{root.rstrip('/')}/", f"{root.rstrip('/')}0")
            for query in _UNDER:
                found.update(path for (path,) in self._rows(query, *told))
        return found

    def letter(self, determination_id: str) -> Determination | None:
        """Return a letter by id."""
        found = self._rows("SELECT record FROM {letter} WHERE id = %s AND until = %s", determination_id)
        return msgspec.json.decode(found[0][0], type=Determination) if found else None

    def holds(self, determination_id: str) -> bool:
        """Whether a letter is among those of the draft."""
        return bool(self._rows("SELECT FROM {letter} WHERE id = %s AND until = %s", determination_id))

    def has_file(self, determination_id: str) -> bool:
        """Whether some file holds a letter; one that none does is gone when the draft is published."""
        query: LiteralString = "SELECT FROM {file} WHERE determination_id = %s AND until = %s LIMIT 1"
        return bool(self._rows(query, determination_id))

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, if the draft or what is published holds it."""
        for base in self._comparable():
            query = base.statement("SELECT embedding FROM {passage} WHERE digest = %s LIMIT 1")
            found = self._connection.cursor(binary=True).execute(query, [digest]).fetchone()
            if found is not None:
                return np.asarray(found[0].to_numpy(), dtype=np.float32)
        return None

    def rejected(self) -> list[RejectedFile]:
        """Return the files that were rejected, in order of path."""
        found = self._rows("SELECT path, sha256, reason FROM {rejected} WHERE until = %s ORDER BY path")
        return [RejectedFile(path=path, sha256=sha256, reason=reason) for path, sha256, reason in found]

    def crowded_cases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the case numbers that have several texts, with the ids of the letters."""
        query: LiteralString = (
            "SELECT case_number, array_agg(id ORDER BY id) FROM {letter} WHERE until = %s AND case_number <> '' "
            "GROUP BY case_number HAVING count(*) > 1 ORDER BY case_number"
        )
        yield from ((case, list(names)) for case, names in self._rows(query))

    def add(self, contents: Contents, vectors: FloatArray) -> None:
        """Add letters and files, and commit them."""
        with self._connection.transaction():
            base = self._begun()
            self._writer.replace(base, self._number, Part(contents, vectors))
        self._base, self._changed = base, True

    def publish(self) -> str:
        """Publish what the draft holds and return the generation's name; letters that no file holds are gone."""
        with self._connection.transaction():
            base = self._begun()
            query = base.statement(
                "SELECT id FROM {letter} AS letter WHERE until = %s AND NOT EXISTS (SELECT FROM {file} AS file "
                "WHERE file.determination_id = letter.id AND file.until = %s)"
            )
            gone = self._connection.execute(query, [ENDLESS, ENDLESS]).fetchall()
            self._writer.end_letters(base, self._number, [name for (name,) in gone])
            join_postings(self._connection, base, self._number)
            if base != self._published_base():
                index_base(self._connection, base)
            self._connection.execute("DELETE FROM imr.draft")
            generation = self._writer.publish(base, self._number, self._made)
        self._base = base
        return generation.name

    def join(self, begins: Callable[[int], None]) -> None:
        """Join nothing: rows have no segments."""

    def _begun(self) -> Base:
        """Return the base that is added to, made if need be, and write down that there is a draft."""
        base = self._base or self._writer.new_base(self._made.model)
        self._connection.execute(
            "INSERT INTO imr.draft (generation, base, made) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [self._number, base.number, encode_made(self._made)],
        )
        return base

    def _comparable(self) -> Iterator[Base]:
        """Yield the bases whose vectors are of the draft's model."""
        if self._base is not None:
            yield self._base
        if self._active and self._active.made.model == self._made.model and self._published_base() is None:
            yield Base(self._active.base, self._made.model.dimension)

    def _rows(self, query: LiteralString, *told: object) -> list[tuple[Any, ...]]:
        """Return rows that have not ended; the query's last parameter says so."""
        if self._base is None:
            return []
        cursor = self._connection.cursor(binary=True)
        return cursor.execute(self._base.statement(query), [*told, ENDLESS]).fetchall()


_UNDER: tuple[LiteralString, ...] = (
    "SELECT path FROM {file} WHERE (path = %s OR (path >= %s AND path < %s)) AND until = %s",
    "SELECT path FROM {rejected} WHERE (path = %s OR (path >= %s AND path < %s)) AND until = %s",
)


class EarlierGeneration:
    """What a generation holds that was made otherwise than it would be now."""

    def __init__(self, connection: Connection, generation: Generation) -> None:
        """Look into a generation."""
        self.made = generation.made
        self._connection = connection
        self._generation = generation

    def files(self) -> Iterator[FileRecord | RejectedFile]:
        """Yield the files that it knows."""
        for block in files_of(self._connection, self._generation):
            yield from block

    def determinations(self) -> Iterator[tuple[Determination, tuple[tuple[Reason, ...], ...]]]:
        """Yield its letters in order of id, with the reasons of each item."""
        for numbers in numbers_of(self._connection, self._generation):
            yield from letters_of(self._connection, self._generation, numbers)


@contextmanager
def postgres_draft(settings: IndexSettings, made: Made) -> Iterator[PostgresDraft]:
    """Start the next generation of the database that is written to; the writer's lock is held meanwhile.

    Raises:
        IndexFault: another run is writing, or the server cannot be reached or refuses; the old generation stands.
    """
    dsn, _ = servers_of(settings)
    with open_writer(dsn) as writer:
        yield PostgresDraft(writer, made)
