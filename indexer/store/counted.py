"""The part of a records file that is counted from: `indexer.columns` as tables."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from indexer.columns import CITED_FIELDS, Columns, Values, cited_pairs, columns_of, values_from
from indexer.records import Determination

COUNTED_TABLES = """
CREATE TABLE item_columns (
    item INTEGER PRIMARY KEY,
    letter INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    overturned INTEGER NOT NULL,
    dependent INTEGER NOT NULL,
    saying INTEGER NOT NULL
);
CREATE TABLE item_cited (field TEXT, value TEXT, item INTEGER, PRIMARY KEY (field, value, item)) WITHOUT ROWID;
"""
_COLUMNS = ", ".join(Columns._fields)


def write_counted(connection: sqlite3.Connection, determinations: Sequence[Determination]) -> None:
    """Fill the tables; letters in order of id, as rows are numbered."""
    columns = columns_of(determinations)
    rows = zip(range(len(columns.letter)), *(column.tolist() for column in columns), strict=True)
    connection.executemany("INSERT INTO item_columns VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("INSERT INTO item_cited VALUES (?, ?, ?)", cited_pairs(determinations))


def read_columns(connection: sqlite3.Connection) -> Columns:
    """Return the columns of every item, in order of row."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM item_columns ORDER BY item")  # noqa: S608 - fixed names
    table = np.fromiter(found, dtype=np.dtype((np.int64, len(Columns._fields))))
    letter, decided, overturned, dependent, saying = np.ascontiguousarray(table.T)
    return Columns(letter, decided, overturned.astype(np.bool_), dependent.astype(np.bool_), saying)


def read_values(connection: sqlite3.Connection, field: str) -> Values:
    """Return the values of a filter's field, or of one of `CITED_FIELDS`."""
    table = "item_cited" if field in CITED_FIELDS else "item_values"
    query = f"SELECT value, item FROM {table} WHERE field = ? ORDER BY value, item"  # noqa: S608 - one of two names
    return values_from(connection.execute(query, [field]))
