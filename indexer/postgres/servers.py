"""The servers that hold an index: one is read until it fails, then the next that holds the same generation.

A generation never changes, so any server that holds it gives the same answers; a replica that has not received it yet
is passed over. Each reading is one transaction that first asks whether the generation still stands, so that rows which
were cleared away are never taken for rows that do not exist.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import psycopg
from pgvector.psycopg import register_vector
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from config.errors import IndexFault
from indexer.postgres.dsn import told

T = TypeVar("T")
Connection = psycopg.Connection[Any]

CONNECT_SECONDS = 5
# A preferred server that failed or was behind is tried again so often; if it is still gone, that one reading waits.
RETURN_SECONDS = 60
_STANDS = "SELECT generation, dropped FROM imr.generation WHERE generation = %s"
# The server is gone, or was told to stop (PoolTimeout is among these); or a replica had to go on with its recovery.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError)


class Limits(NamedTuple):
    """Connections to one server at most, and the seconds that one statement may take."""

    connections: int
    statement_seconds: float


class Servers:
    """Reads one generation from the first of some servers that holds it."""

    def __init__(self, dsns: Sequence[str], generation: int, limits: Limits) -> None:
        """Take servers in order of preference; none is connected to before it is read."""
        self._dsns = tuple(dict.fromkeys(dsns))
        self._generation = generation
        self._limits = limits
        self._pools: dict[str, ConnectionPool[Connection]] = {}
        # Readings wait for each other here, not in a pool: one whose time there is up takes its server for lost.
        self._places = threading.BoundedSemaphore(limits.connections)
        self._used = 0
        self._left_at = 0.0
        self._closed = False
        self._lock = threading.Lock()

    def read(self, reading: Callable[[Connection], T]) -> T:
        """Return what a reading returns, given a connection inside a transaction that sees this generation.

        Raises:
            IndexFault: no server that can be reached holds the generation, or a statement took too long.
        """
        failures: dict[str, _Unfit] = {}
        start = self._first_to_ask()
        places = [(start + step) % len(self._dsns) for step in range(len(self._dsns))]
        # Twice, since a pooled connection may be of a server that was started anew; the others first.
        for place in (*places, *places):
            dsn = self._dsns[place]
            if dsn in failures and not failures[dsn].again:
                continue
            try:
                found = self._read_from(dsn, reading)
            except _Unfit as unfit:
                failures[dsn] = unfit
                continue
            if place != self._used:
                self._used, self._left_at = place, time.monotonic()
            return found
        raise IndexFault(f"generation {self._generation} cannot be read: {'; '.join(map(str, failures.values()))}")

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._closed = True
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _first_to_ask(self) -> int:
        """Return the server that answered last; now and then, for one reading, the one that is preferred."""
        with self._lock:
            now = time.monotonic()
            if self._used and now - self._left_at > RETURN_SECONDS:
                self._left_at = now
                return 0
            return self._used

    def _read_from(self, dsn: str, reading: Callable[[Connection], T]) -> T:
        try:
            return self._read_once(dsn, reading)
        except PoolTimeout as error:
            raise _Unfit(f"{told(dsn)}: {error}") from None
        except PoolClosed:
            if self._closed:
                raise IndexFault("the index is closed") from None
            raise _Unfit(f"{told(dsn)} was lost", again=True) from None
        except _PASSING as error:
            raise _Unfit(f"{told(dsn)}: {error}", again=True) from None

    def _read_once(self, dsn: str, reading: Callable[[Connection], T]) -> T:
        pool = self._pool(dsn)
        try:
            with self._places, pool.connection() as connection, connection.transaction():
                row = connection.execute(_STANDS, [self._generation]).fetchone()
                if row is None:
                    raise _Unfit(f"{told(dsn)} is behind: it does not hold generation {self._generation}")
                if row[1]:
                    raise IndexFault(f"generation {self._generation} was cleared away: open the index again")
                return reading(connection)
        except psycopg.errors.UndefinedTable:
            raise _Unfit(f"{told(dsn)} holds no index") from None
        except psycopg.errors.QueryCanceled as error:
            if "statement timeout" not in str(error):
                raise
            seconds = f"{self._limits.statement_seconds:g} seconds"
            raise IndexFault(f"{told(dsn)} took more than {seconds} to answer") from None
        except (PoolTimeout, *_PASSING):
            self._forget(dsn, pool)
            raise

    def _forget(self, dsn: str, pool: ConnectionPool[Connection]) -> None:
        """Let go of a pool whose connections broke: it would keep whoever asks waiting for a server that is gone."""
        with self._lock:
            if self._pools.get(dsn) is pool:
                del self._pools[dsn]
        pool.close(timeout=0)

    def _pool(self, dsn: str) -> ConnectionPool[Connection]:
        with self._lock:
            if self._closed:
                raise PoolClosed
            if dsn in self._pools:
                return self._pools[dsn]
        # A server that is gone says so at once, where a pool would wait for it.
        psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS).close()
        with self._lock:
            if self._closed:
                raise PoolClosed
            if dsn not in self._pools:
                self._pools[dsn] = ConnectionPool(
                    dsn,
                    kwargs={"connect_timeout": CONNECT_SECONDS},
                    min_size=1,
                    max_size=self._limits.connections,
                    timeout=CONNECT_SECONDS,
                    reconnect_timeout=CONNECT_SECONDS,
                    configure=self._configure,
                    open=True,
                )
            return self._pools[dsn]

    def _configure(self, connection: Connection) -> None:
        milliseconds = round(self._limits.statement_seconds * 1000)
        # One snapshot a transaction: the check of the generation and the reading see the same rows.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(
            "SELECT set_config('statement_timeout', %s, false), set_config('application_name', 'imr reader', false)",
            [f"{milliseconds}ms"],
        )
        register_vector(connection)
        connection.commit()


class _Unfit(Exception):  # noqa: N818 - a server that does not serve now, told to `read` alone
    """This server cannot answer; another may, and where `again` is true the same one too."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again
