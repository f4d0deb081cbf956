"""The groups of near-duplicates that a base holds, for items that join them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import psycopg

from config.errors import IndexFault
from indexer.duplicates import Bands, Met, sketch_of
from indexer.postgres.base import ENDLESS, Base
from indexer.postgres.rows import packed
from indexer.records import Determination, DisputedItem

Connection = psycopg.Connection[Any]


class StoredRepresentatives:
    """The groups of the active generation, looked up in the database."""

    def __init__(self, connection: Connection, base: Base) -> None:
        """Read through the writer's connection."""
        self._connection = connection
        self._base = base

    def met(self, bands: Bands) -> list[Met]:
        """Return the representatives with which a sketch has a band in common, those of earlier groups first."""
        query = self._base.statement("SELECT label, signature FROM {saying} WHERE bands && %s ORDER BY item")
        found = self._connection.execute(query, [bands.view(np.int64).tolist()])
        return [Met(label, np.frombuffer(signature, dtype="<u4")) for label, signature in found]

    def item(self, label: int) -> DisputedItem:
        """Return the representative of a group."""
        row = self._connection.execute(self._base.statement("SELECT item FROM {saying} WHERE label = %s"), [label])
        found = row.fetchone()
        if found is None:
            raise IndexFault(f"the index is damaged: no group {label}")
        return stored_item(self._connection, self._base, found[0])

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that a group's members share."""
        query = self._base.statement("SELECT regions FROM {saying} WHERE label = %s")
        row = self._connection.execute(query, [label]).fetchone()
        return frozenset(row[0] if row else ())


def stored_item(connection: Connection, base: Base, item: int) -> DisputedItem:
    """Return a disputed item by its number in a base.

    Raises:
        IndexFault: its letter is not there.
    """
    query = base.statement("SELECT record, number FROM {item} JOIN {letter} USING (letter) WHERE item = %s")
    row = connection.execute(query, [item]).fetchone()
    found = msgspec.json.decode(row[0], type=Determination).item(row[1]) if row else None
    if found is None:
        raise IndexFault(f"the index is damaged: no letter of item {item}")
    return found


def promote(connection: Connection, base: Base, gone: Sequence[int]) -> None:
    """Let another member stand for the groups whose representative is about to be deleted; end those without one."""
    query = base.statement(
        "SELECT label, (SELECT min(item) FROM {item} AS other WHERE other.label = {saying}.label AND until = %s) "
        "FROM {saying} WHERE item = ANY(%s)"
    )
    for label, heir in connection.execute(query, [ENDLESS, list(gone)]).fetchall():
        if heir is None:
            connection.execute(base.statement("DELETE FROM {saying} WHERE label = %s"), [label])
            continue
        signature, bands = packed(sketch_of(stored_item(connection, base, heir)))
        connection.execute(
            base.statement("UPDATE {saying} SET item = %s, signature = %s, bands = %s WHERE label = %s"),
            [heir, signature, bands, label],
        )
