"""Write an index into PostgreSQL: a bulk load into a base of its own, or a change of some letters, then activated.

Either is one transaction: a reader sees the old generation or the new one, a run that dies leaves nothing behind, and
rows a reader works with stay as they are. Bulk loading fills new tables and builds their indexes when the rows are in;
a change marks the rows that end and adds those that begin.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg

from config.errors import IndexFault
from indexer.duplicates import Sketch
from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.postgres.base import ENDLESS, Base, drop_base, index_base, make_base
from indexer.postgres.copying import copy_part, join_postings, register_types
from indexer.postgres.dsn import told
from indexer.postgres.generations import Generation, encode_made, find_active, find_generation, name_of, number_of
from indexer.postgres.representatives import StoredRepresentatives, promote
from indexer.postgres.rows import Next, Numbered, Part
from indexer.postgres.schema import check_schema, migrate
from indexer.store.manifest import Made

Connection = psycopg.Connection[Any]

# The newest generations that are kept; and for so long, what was replaced, for readers that have not opened the last.
_KEPT = 2
KEPT_SECONDS = 600
_LOCK = "imr.writer"
# A server is told to notice within so many milliseconds that the run it works for was killed: building a graph goes on
# for hours else, with the lock held. So many seconds the next run waits for that.
_NOTICED = 500
_PATIENCE = 2.0


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
            _lock(connection, told(dsn))
            connection.execute("SET ROLE imr_writer")
            register_types(connection)
            yield Writer(connection)
    except psycopg.Error as error:
        raise IndexFault(f"index in {told(dsn)} could not be written, the old one stands: {error}") from None


def _lock(connection: Connection, name: str) -> None:
    with suppress(psycopg.errors.InvalidParameterValue):  # the server's system cannot notice
        connection.execute("SELECT set_config('client_connection_check_interval', %s, false)", [f"{_NOTICED}ms"])
    until = time.monotonic() + _PATIENCE
    while True:
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_LOCK]).fetchone()
        if row is not None and row[0]:
            return
        if time.monotonic() > until:
            raise IndexFault(f"another run is writing the index in {name}")
        time.sleep(0.1)


class Writer:
    """Writes generations; one at a time holds the lock."""

    def __init__(self, connection: Connection) -> None:
        """Write through a connection that `open_writer` prepared."""
        self.connection = connection

    def load(self, parts: Iterable[Part], made: Made) -> Generation:
        """Load a whole index into a base of its own and make it the active generation.

        Args:
            parts: letters, all different, each part in order of id and the parts in order too.
            made: what the parts were made by.
        """
        with self.connection.transaction():
            self.discard_draft()
            base = self.new_base(made.model)
            number = self.next_generation()
            for part in parts:
                self.append(base, number, part)
            join_postings(self.connection, base, number)
            index_base(self.connection, base)
            return self.publish(base, number, made)

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
        active = find_active(self.connection)
        if active is None:
            raise IndexFault("no index in this database: load one first")
        if active.made.model != made.model:
            raise IndexFault(
                f"the index is of model {active.made.model.name}, what is added of {made.model.name}: load it anew"
            )
        base = Base(active.base, made.model.dimension)
        with self.connection.transaction():
            number = self.next_after(active)
            self.discard_draft()
            self.end_letters(base, number, removed)
            self.end_files(base, number, gone)
            for part in parts:
                self.replace(base, number, part)
            join_postings(self.connection, base, number)
            return self.publish(base, number, made)

    def activate(self, name: str) -> Generation:
        """Make a generation that is kept the active one.

        Raises:
            IndexFault: there is no such generation, or it was cleared away.
        """
        found = find_generation(self.connection, number_of(name))
        if found is None or found.dropped:
            raise IndexFault(f"no generation {name} is kept")
        self._point_to(found.number)
        return found

    def next_generation(self) -> int:
        """Return the number of the next generation."""
        return self._one("SELECT coalesce(max(generation), 0) + 1 FROM imr.generation")

    def next_after(self, active: Generation) -> int:
        """Return the number of the generation that follows the active one.

        Raises:
            IndexFault: that is an older one, to which somebody went back.
        """
        number = self.next_generation()
        if active.number != number - 1:
            raise IndexFault(f"{active.name} is not the newest generation: activate that one, or load an index anew")
        return number

    def new_base(self, model: Fingerprint) -> Base:
        """Make the tables of a base."""
        base = Base(self._one("SELECT coalesce(max(base), 0) + 1 FROM imr.base"), model.dimension)
        self.connection.execute("INSERT INTO imr.base (base, dimension) VALUES (%s, %s)", [base.number, base.dimension])
        make_base(self.connection, base)
        return base

    def append(self, base: Base, number: int, part: Part) -> None:
        """Add a part to a base, visible from a generation on; nothing of it may be there already."""

        def known(sketches: Sequence[Sketch]) -> StoredRepresentatives:
            return StoredRepresentatives(self.connection, base, sketches)

        numbered = Numbered(part, self._next_numbers(base), known)
        copy_part(self.connection, base, numbered, number)
        self._narrow(base, numbered.joined())

    def replace(self, base: Base, number: int, part: Part) -> None:
        """Add a part, after ending what it replaces."""
        contents = part.contents
        self.end_letters(base, number, [letter.id for letter in contents.determinations])
        known = [*(file.path for file in contents.files), *(file.path for file in contents.rejected)]
        self.end_files(base, number, [*known, *contents.gone])
        self.append(base, number, part)

    def discard_draft(self) -> None:
        """Drop what a run left that did not publish: it was made otherwise, or the index is written in another way."""
        run = self.connection.execute
        found = run("SELECT generation, draft.base, dimension FROM imr.draft JOIN imr.base USING (base)").fetchone()
        if found is None:
            return
        number, base = found[0], Base(found[1], found[2])
        run("DELETE FROM imr.draft")
        if run("SELECT FROM imr.generation WHERE base = %s AND NOT dropped", [base.number]).fetchone() is None:
            drop_base(self.connection, base.number)
            return
        # Ended first, so that none of them comes to stand for a group.
        ended = run(base.statement("UPDATE {item} SET until = since WHERE since = %s RETURNING item"), [number])
        self._delete_items(base, ended.fetchall())
        run(base.statement("DELETE FROM {posting} WHERE since = %s"), [number])
        for delete in (
            base.statement("DELETE FROM {letter} WHERE since = %s"),
            base.statement("DELETE FROM {file} WHERE since = %s"),
            base.statement("DELETE FROM {rejected} WHERE since = %s"),
        ):
            run(delete, [number])
        for lived in (
            base.statement("UPDATE {letter} SET until = %s WHERE until = %s"),
            base.statement("UPDATE {item} SET until = %s WHERE until = %s"),
            base.statement("UPDATE {passage} SET until = %s WHERE until = %s"),
            base.statement("UPDATE {file} SET until = %s WHERE until = %s"),
            base.statement("UPDATE {rejected} SET until = %s WHERE until = %s"),
        ):
            run(lived, [ENDLESS, number])

    def _next_numbers(self, base: Base) -> Next:
        return Next(
            self._one_of(base, "SELECT coalesce(max(letter) + 1, 0) FROM {letter}"),
            self._one_of(base, "SELECT coalesce(max(item) + 1, 0) FROM {item}"),
            self._one_of(base, "SELECT coalesce(max(passage) + 1, 0) FROM {passage}"),
        )

    def end_letters(self, base: Base, number: int, ids: Sequence[str]) -> None:
        """End some letters: they are not in a generation any more."""
        if not ids:
            return
        run = self.connection.execute
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

    def end_files(self, base: Base, number: int, paths: Sequence[str]) -> None:
        """End what is known of some files."""
        if not paths:
            return
        for delete, end in (
            (
                base.statement("DELETE FROM {file} WHERE path = ANY(%s) AND since = %s"),
                base.statement("UPDATE {file} SET until = %s WHERE path = ANY(%s) AND until = %s"),
            ),
            (
                base.statement("DELETE FROM {rejected} WHERE path = ANY(%s) AND since = %s"),
                base.statement("UPDATE {rejected} SET until = %s WHERE path = ANY(%s) AND until = %s"),
            ),
        ):
            # What the same run said of a file before has been seen by nobody.
            self.connection.execute(delete, [list(paths), number])
            self.connection.execute(end, [number, list(paths), ENDLESS])

    def publish(self, base: Base, number: int, made: Made) -> Generation:
        """Make what a base holds the active generation, and clear away what is too old."""
        generation = self._written(base, number, made)
        self._point_to(number)
        self._clear_away(generation)
        return generation

    def counts(self, base: Base) -> Counts:
        """Return how much a base holds that has not ended."""
        return Counts(
            letters=self._one_of(base, "SELECT count(*) FROM {letter} WHERE until = %s", [ENDLESS]),
            items=self._one_of(base, "SELECT count(*) FROM {item} WHERE until = %s", [ENDLESS]),
            passages=self._one_of(base, "SELECT coalesce(sum(passages), 0) FROM {item} WHERE until = %s", [ENDLESS]),
            rejected=self._one_of(base, "SELECT count(*) FROM {rejected} WHERE until = %s", [ENDLESS]),
        )

    def _written(self, base: Base, number: int, made: Made) -> Generation:
        counts = self.counts(base)
        self.connection.execute(
            "INSERT INTO imr.generation (generation, base, made, letters, items, passages, rejected) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                number,
                base.number,
                encode_made(made),
                counts.letters,
                counts.items,
                counts.passages,
                counts.rejected,
            ],
        )
        generation = find_generation(self.connection, number)
        if generation is None:
            raise IndexFault(f"generation {name_of(number)} was not kept")
        return generation

    def _point_to(self, number: int) -> None:
        self.connection.execute(
            "INSERT INTO imr.active (generation) VALUES (%s) ON CONFLICT (singular) DO UPDATE SET generation = "
            "excluded.generation",
            [number],
        )

    def _clear_away(self, newest: Generation) -> None:
        """Drop what no generation that is kept needs: bases, and rows that ended before the oldest one."""
        run = self.connection.execute
        # The one before the first of the recent ones was replaced by that one, so it was read until a moment ago.
        recent = run(
            "SELECT min(generation) - 1 FROM imr.generation "
            "WHERE published > clock_timestamp() - make_interval(secs => %s)",
            [KEPT_SECONDS],
        ).fetchone()
        oldest = newest.number - _KEPT + 1
        if recent is not None and recent[0] is not None:
            oldest = min(oldest, recent[0])
        run("UPDATE imr.generation SET dropped = true WHERE generation < %s AND NOT dropped", [oldest])
        unused = run(
            "SELECT base FROM imr.base WHERE base NOT IN (SELECT base FROM imr.generation WHERE NOT dropped)"
        ).fetchall()
        for (number,) in unused:
            drop_base(self.connection, number)
        base = Base(newest.base, newest.made.model.dimension)
        self._delete_items(base, run(base.statement("SELECT item FROM {item} WHERE until <= %s"), [oldest]).fetchall())
        for statement in (
            base.statement("DELETE FROM {letter} WHERE until <= %s"),
            base.statement("DELETE FROM {file} WHERE until <= %s"),
            base.statement("DELETE FROM {rejected} WHERE until <= %s"),
        ):
            run(statement, [oldest])

    def _delete_items(self, base: Base, items: Sequence[tuple[Any, ...]]) -> None:
        gone = [item for (item,) in items]
        if not gone:
            return
        promote(self.connection, base, gone)
        for statement in (
            base.statement("DELETE FROM {item_words} WHERE item = ANY(%s)"),
            base.statement("DELETE FROM {item_value} WHERE item = ANY(%s)"),
            base.statement("DELETE FROM {item_reason} WHERE item = ANY(%s)"),
            base.statement("DELETE FROM {passage} WHERE item = ANY(%s)"),
            base.statement("DELETE FROM {item} WHERE item = ANY(%s)"),
        ):
            self.connection.execute(statement, [gone])

    def _narrow(self, base: Base, regions: dict[int, list[str]]) -> None:
        """Keep which parts of the body the groups share, where an item that joined changed it."""
        with self.connection.cursor() as cursor:
            cursor.executemany(
                base.statement("UPDATE {saying} SET regions = %s WHERE label = %s AND regions <> %s"),
                [(named, label, named) for label, named in regions.items()],
            )

    def _one(self, query: LiteralString) -> int:
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    def _one_of(self, base: Base, query: LiteralString, parameters: Sequence[int] = ()) -> int:
        row = self.connection.execute(base.statement(query), parameters).fetchone()
        return int(row[0]) if row else 0
