"""The records file of a segment (SQLite): letters, reasons, files, and the groups of near-duplicates.

What is counted or filtered by stands beside it as arrays (`indexer/store/arrays.py`).
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import local
from typing import Any, TypeVar

from config.errors import IndexFault

T = TypeVar("T")

RECORDS = "records.sqlite"

TABLES = """
CREATE TABLE determinations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    folded_id TEXT NOT NULL,
    folded_case TEXT,
    record BLOB NOT NULL
);
CREATE TABLE item_reasons (
    item INTEGER NOT NULL,
    place INTEGER NOT NULL,
    code TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    found_by TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (item, place)
) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, determination_id TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE sayings (label INTEGER PRIMARY KEY, regions TEXT NOT NULL);
"""

# Made when the tables are full: cheaper than keeping them while they fill.
LOOKUPS = """
CREATE INDEX determinations_by_id ON determinations (folded_id);
CREATE INDEX determinations_by_case ON determinations (folded_case);
CREATE INDEX files_by_letter ON files (determination_id);
"""


class Records:
    """A published records file, opened for reading by any number of threads."""

    def __init__(self, path: Path) -> None:
        """Name the file; each thread opens it when it first reads."""
        self._path = path
        self._local = local()
        self._connections: list[sqlite3.Connection] = []

    def rows(self, query: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query.

        Raises:
            IndexFault: the file is damaged.
        """
        return self.read(lambda connection: connection.execute(query, parameters).fetchall())

    def read(self, reading: Callable[[sqlite3.Connection], T]) -> T:
        """Return what a function reads.

        Raises:
            IndexFault: the file is damaged.
        """
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        try:
            if connection is None:
                connection = connect_read_only(self._path)
                self._local.connection = connection
                self._connections.append(connection)
            return reading(connection)
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.DatabaseError as error:
            raise IndexFault(f"the records of the index are damaged: {error}") from None

    def close(self) -> None:
        """Close the file."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a published records file: it never changes again, so no lock is taken."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
