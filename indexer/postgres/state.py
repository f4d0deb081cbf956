"""What an index in PostgreSQL holds and whether it is whole, in the terms of `imr status` and `imr index --verify`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel

from config.errors import IndexFault
from config.settings import IndexSettings
from indexer.postgres.base import TABLES, Base
from indexer.postgres.dsn import told
from indexer.postgres.generations import Generation, find_active
from indexer.postgres.open import servers_of
from indexer.postgres.schema import check_schema
from indexer.postgres.servers import CONNECT_SECONDS
from indexer.postgres.verify import Checking
from indexer.store.contents import RejectedFile
from indexer.store.status import IndexStatus
from indexer.store.verify import Problem, Verification

Connection = psycopg.Connection[Any]

_REMEDY = "load it again: `imr copy` from a whole index, or `imr index`"


@contextmanager
def active_snapshot(dsn: str) -> Iterator[tuple[Connection, Generation]]:
    """Connect to a server and give its active generation in a transaction that sees nothing newer.

    Raises:
        IndexFault: the server cannot be reached, fails, or holds no index.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            check_schema(connection, told(dsn))
            active = find_active(connection)
            if active is None:
                raise IndexFault(f"no index in {told(dsn)}: run `imr copy` or `imr index` into it first")
            yield connection, active
    except psycopg.Error as error:
        raise IndexFault(f"index in {told(dsn)} cannot be read: {error}") from None


def read_status(settings: IndexSettings) -> IndexStatus:
    """Return the state of the active generation; its rows are counted, `verify` looks into them.

    Raises:
        IndexFault: there is no index, or it cannot be read.
    """
    dsn, _ = servers_of(settings)
    with active_snapshot(dsn) as (connection, active):
        checking = Checking(connection, active)
        damaged = tuple(dict.fromkeys(table for table, _ in checking.miscounted()))
        base = Base(active.base, active.made.model.dimension)
        query = base.statement("SELECT path, sha256, reason FROM {rejected} WHERE {live} ORDER BY path")
        rejected = connection.execute(query, {"g": active.number}).fetchall()
        return IndexStatus(
            folder=told(dsn),
            generation=active.name,
            reader_version=active.made.reader_version,
            model=active.made.model,
            counts=active.counts,
            segments=None,
            files=len(TABLES),
            bytes=checking.bytes(),
            damaged=damaged,
            rejected=tuple(RejectedFile(path=path, sha256=sha256, reason=reason) for path, sha256, reason in rejected),
        )


def verify(settings: IndexSettings) -> Verification:
    """Check the active generation: every letter, place, vector and posting.

    Raises:
        IndexFault: there is no index, or it cannot be read.
    """
    dsn, _ = servers_of(settings)
    with active_snapshot(dsn) as (connection, active):
        checking = Checking(connection, active)
        problems = tuple(Problem(file=table, what=what) for table, what in checking.problems())
        return Verification(
            folder=told(dsn),
            generation=active.name,
            manifest_checked=True,
            files=len(TABLES),
            bytes=checking.bytes(),
            problems=problems,
            remedy=_REMEDY if problems else None,
        )
