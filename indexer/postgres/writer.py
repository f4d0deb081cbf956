"""Write an index into PostgreSQL: a bulk load into a base of its own, or a change of some letters, then activated.

Either is one transaction: a reader sees the old generation or the new one, a run that dies leaves nothing behind, and
rows a reader works with stay as they are. Bulk loading fills new tables and builds their indexes when the rows are in;
a change marks the rows that end and adds those that begin.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg

from config.errors import IndexFault
from indexer.duplicates import Grouping
from indexer.embed import Fingerprint
from indexer.postgres.base import ENDLESS, Base, drop_base, index_base, make_base
from indexer.postgres.copying import copy_part, join_postings, register_types
from indexer.postgres.dsn import told
from indexer.postgres.generations import Generation, Made, find_active, find_generation, name_of, number_of
from indexer.postgres.representatives import StoredRepresentatives, promote
from indexer.postgres.rows import Next, Numbered, Part
from indexer.postgres.schema import check_schema, migrate

Connection = psycopg.Connection[Any]

# The newest generations that are kept: the one before the last is for readers that have not opened the last yet.
_KEPT = 2
_LOCK = "imr.writer"


@contextmanager
def open_writer(dsn: str) -> Iterator["Writer"]:
    """Connect to the server that is written to, bring its schema up to date and hold the writer's lock.

    Raises:
        IndexFault: the server cannot be reached or refuses, or another run is writing.
    """
    migrate(dsn)
    try:
        with psycopg.connect(dsn, connect_timeout=10, autocommit=True, application_name="imr writer") as connection:
            check_schema(connection, told(dsn))
            row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_LOCK]).fetchone()
            if row is None or not row[0]:
                raise IndexFault(f"another run is writing the index in {told(dsn)}")
            connection.execute("SET ROLE imr_writer")
            register_types(connection)
            yield Writer(connection)
    except psycopg.Error as error:
        raise IndexFault(f"index in {told(dsn)} could not be written, the old one stands: {error}") from None


class Writer:
    """Writes generations; one at a time holds the lock."""

    def __init__(self, connection: Connection) -> None:
        """Write through a connection that `open_writer` prepared."""
        self._connection = connection

    def load(self, parts: Iterable[Part], made: Made) -> Generation:
        """Load a whole index into a base of its own and make it the active generation.

        Args:
            parts: letters, all different, each part in order of id and the parts in order too.
            made: what the parts were made by.
        """
        with self._connection.transaction():
            base = self._new_base(made.model)
            number = self._next_generation()
            _Adding(self._connection, base, number, Next(0, 0, 0), Grouping()).add(parts)
            index_base(self._connection, base)
            generation = self._publish(base, number, made)
            self._clear_away(generation)
        return generation

    def change(
        self, parts: Iterable[Part], made: Made, removed: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Generation:
        """Add letters to the active generation, replacing those of the same id, and remove some.

        Args:
            parts: letters and files that are added; a file that is known already is replaced.
            made: what the parts were made by: the active generation's model.
            removed: ids of letters.
            gone: paths of files that are no more.

        Raises:
            IndexFault: there is no active generation, or it is of another model.
        """
        active = find_active(self._connection)
        if active is None:
            raise IndexFault("no index in this database: load one first")
        if active.number != self._next_generation() - 1:
            raise IndexFault(f"{active.name} is not the newest generation: activate that one, or load an index anew")
        if active.made.model != made.model:
            raise IndexFault(
                f"the index is of model {active.made.model.name}, what is added of {made.model.name}: load it anew"
            )
        base = Base(active.base, made.model.dimension)
        with self._connection.transaction():
            number = self._next_generation()
            self._end_letters(base, number, removed)
            self._end_files(base, number, gone)
            grouping = Grouping(StoredRepresentatives(self._connection, base))
            adding = _Adding(self._connection, base, number, self._next_numbers(base), grouping)
            adding.add(self._replacing(base, number, parts))
            generation = self._publish(base, number, made)
            self._clear_away(generation)
        return generation

    def activate(self, name: str) -> Generation:
        """Make a generation that is kept the active one.

        Raises:
            IndexFault: there is no such generation, or it was cleared away.
        """
        found = find_generation(self._connection, number_of(name))
        if found is None or found.dropped:
            raise IndexFault(f"no generation {name} is kept")
        self._point_to(found.number)
        return found

    def _new_base(self, model: Fingerprint) -> Base:
        base = Base(self._one("SELECT coalesce(max(base), 0) + 1 FROM imr.base"), model.dimension)
        self._connection.execute(
            "INSERT INTO imr.base (base, model, dimension, max_pieces, weights_sha256) VALUES (%s, %s, %s, %s, %s)",
            [base.number, model.name, model.dimension, model.max_pieces, model.weights_sha256],
        )
        make_base(self._connection, base)
        return base

    def _next_generation(self) -> int:
        return self._one("SELECT coalesce(max(generation), 0) + 1 FROM imr.generation")

    def _next_numbers(self, base: Base) -> Next:
        return Next(
            self._one_of(base, "SELECT coalesce(max(letter) + 1, 0) FROM {letter}"),
            self._one_of(base, "SELECT coalesce(max(item) + 1, 0) FROM {item}"),
            self._one_of(base, "SELECT coalesce(max(passage) + 1, 0) FROM {passage}"),
        )

    def _replacing(self, base: Base, number: int, parts: Iterable[Part]) -> Iterator[Part]:
        """Yield the parts, after ending what each replaces."""
        for part in parts:
            contents = part.contents
            self._end_letters(base, number, [letter.id for letter in contents.determinations])
            self._end_files(
                base, number, [*(file.path for file in contents.files), *(file.path for file in contents.rejected)]
            )
            yield part

    def _end_letters(self, base: Base, number: int, ids: Sequence[str]) -> None:
        if not ids:
            return
        run = self._connection.execute
        ended = run(
            base.statement("UPDATE {letter} SET until = %s WHERE id = ANY(%s) AND until = %s RETURNING letter"),
            [number, list(ids), ENDLESS],
        ).fetchall()
        letters = [row[0] for row in ended]
        items = run(
            base.statement("UPDATE {item} SET until = %s WHERE letter = ANY(%s) AND until = %s RETURNING item"),
            [number, letters, ENDLESS],
        ).fetchall()
        run(
            base.statement("UPDATE {passage} SET until = %s WHERE item = ANY(%s) AND until = %s"),
            [number, [row[0] for row in items], ENDLESS],
        )

    def _end_files(self, base: Base, number: int, paths: Sequence[str]) -> None:
        for statement in (
            base.statement("UPDATE {file} SET until = %s WHERE path = ANY(%s) AND until = %s"),
            base.statement("UPDATE {rejected} SET until = %s WHERE path = ANY(%s) AND until = %s"),
        ):
            self._connection.execute(statement, [number, list(paths), ENDLESS])

    def _publish(self, base: Base, number: int, made: Made) -> Generation:
        letters, items, passages, rejected = (
            self._one_of(base, "SELECT count(*) FROM {letter} WHERE until = %s", [ENDLESS]),
            self._one_of(base, "SELECT count(*) FROM {item} WHERE until = %s", [ENDLESS]),
            self._one_of(base, "SELECT coalesce(sum(passages), 0) FROM {item} WHERE until = %s", [ENDLESS]),
            self._one_of(base, "SELECT count(*) FROM {rejected} WHERE until = %s", [ENDLESS]),
        )
        self._connection.execute(
            "INSERT INTO imr.generation (generation, base, reader_version, reasons_version, letters, items, passages, "
            "rejected) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [number, base.number, made.reader_version, made.reasons_version, letters, items, passages, rejected],
        )
        self._point_to(number)
        generation = find_generation(self._connection, number)
        if generation is None:
            raise IndexFault(f"generation {name_of(number)} was not kept")
        return generation

    def _point_to(self, number: int) -> None:
        self._connection.execute(
            "INSERT INTO imr.active (generation) VALUES (%s) ON CONFLICT (singular) DO UPDATE SET generation = "
            "excluded.generation",
            [number],
        )

    def _clear_away(self, newest: Generation) -> None:
        """Drop what no generation that is kept needs: bases, and rows that ended before the oldest one."""
        run = self._connection.execute
        oldest = newest.number - _KEPT + 1
        run("UPDATE imr.generation SET dropped = true WHERE generation < %s AND NOT dropped", [oldest])
        unused = run(
            "SELECT base FROM imr.base WHERE base NOT IN (SELECT base FROM imr.generation WHERE NOT dropped)"
        ).fetchall()
        for (number,) in unused:
            drop_base(self._connection, number)
        base = Base(newest.base, newest.made.model.dimension)
        gone = [row[0] for row in run(base.statement("SELECT item FROM {item} WHERE until <= %s"), [oldest])]
        if gone:
            promote(self._connection, base, gone)
            for statement in (
                base.statement("DELETE FROM {item_words} WHERE item = ANY(%s)"),
                base.statement("DELETE FROM {item_value} WHERE item = ANY(%s)"),
                base.statement("DELETE FROM {item_reason} WHERE item = ANY(%s)"),
                base.statement("DELETE FROM {passage} WHERE item = ANY(%s)"),
                base.statement("DELETE FROM {item} WHERE item = ANY(%s)"),
            ):
                run(statement, [gone])
        for statement in (
            base.statement("DELETE FROM {letter} WHERE until <= %s"),
            base.statement("DELETE FROM {file} WHERE until <= %s"),
            base.statement("DELETE FROM {rejected} WHERE until <= %s"),
        ):
            run(statement, [oldest])

    def _one(self, query: LiteralString) -> int:
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    def _one_of(self, base: Base, query: LiteralString, parameters: Sequence[int] = ()) -> int:
        row = self._connection.execute(base.statement(query), parameters).fetchone()
        return int(row[0]) if row else 0


class _Adding:
    """Adds parts to a base, one after the other; only one is in memory."""

    def __init__(self, connection: Connection, base: Base, since: int, first: Next, grouping: Grouping) -> None:
        self._connection = connection
        self._base = base
        self._since = since
        self._next = first
        self._grouping = grouping

    def add(self, parts: Iterable[Part]) -> None:
        for part in parts:
            numbered = Numbered(part, self._next, self._grouping)
            copy_part(self._connection, self._base, numbered, self._since)
            self._narrow(numbered.joined())
            self._next = numbered.next
        join_postings(self._connection, self._base, self._since)

    def _narrow(self, regions: dict[int, list[str]]) -> None:
        """Keep which parts of the body the groups share, where an item that joined changed it."""
        with self._connection.cursor() as cursor:
            cursor.executemany(
                self._base.statement("UPDATE {saying} SET regions = %s WHERE label = %s AND regions <> %s"),
                [(named, label, named) for label, named in regions.items()],
            )
