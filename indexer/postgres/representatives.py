"""The groups of near-duplicates that a base holds, for items that join them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import psycopg

from config.errors import IndexFault
from indexer.duplicates import BANDS, Bands, Met, Signature, Sketch, sketch_of
from indexer.postgres.base import ENDLESS, Base
from indexer.postgres.rows import packed
from indexer.records import Determination, DisputedItem

Connection = psycopg.Connection[Any]

# Items that one statement asks for: their bands are 64 kB.
_ASKED = 500


class _Stored(NamedTuple):
    item: int
    signature: Signature
    regions: frozenset[str]


class StoredRepresentatives:
    """The groups of a base that some sketches meet, looked up at once."""

    def __init__(self, connection: Connection, base: Base, sketches: Sequence[Sketch]) -> None:
        """Look up through the writer's connection."""
        self._connection = connection
        self._base = base
        self._groups: dict[int, _Stored] = {}
        self._meeting: dict[int, list[int]] = {}
        self._items: dict[int, DisputedItem] = {}
        wanted = {band for sketch in sketches for band in packed(sketch)[1]}
        for label, item, signature, regions, bands in self._rows(sketches):
            self._groups[label] = _Stored(item, np.frombuffer(signature, dtype="<u4"), frozenset(regions))
            for band in wanted.intersection(bands):
                self._meeting.setdefault(band, []).append(label)

    def met(self, bands: Bands) -> list[Met]:
        """Return the representatives with which a sketch has a band in common, those of earlier groups first."""
        labels = {label for band in bands.view(np.int64).tolist() for label in self._meeting.get(band, ())}
        found = sorted(labels, key=lambda label: self._groups[label].item)
        return [Met(label, self._groups[label].signature) for label in found]

    def item(self, label: int) -> DisputedItem:
        """Return the representative of a group."""
        if label not in self._items:
            self._items[label] = stored_item(self._connection, self._base, self._groups[label].item)
        return self._items[label]

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that a group's members share."""
        return self._groups[label].regions

    def _rows(self, sketches: Sequence[Sketch]) -> list[tuple[Any, ...]]:
        # A look-up an item, since one for all would compare each row with every band that is asked for.
        query = self._base.statement(
            "SELECT DISTINCT ON (label) label, item, signature, regions, bands FROM "
            "generate_series(0, %(last)s) AS asked(place) CROSS JOIN LATERAL (SELECT label, item, signature, regions, "
            "bands FROM {saying} WHERE bands && (%(bands)s::bigint[])[place * %(size)s + 1 : (place + 1) * %(size)s]) "
            "AS met ORDER BY label"
        )
        found: list[tuple[Any, ...]] = []
        with self._connection.transaction():
            # Without statistics of new tables the planner would read all of them for each item.
            self._connection.execute("SET LOCAL enable_seqscan = off")
            for start in range(0, len(sketches), _ASKED):
                asked = sketches[start : start + _ASKED]
                bands = [band for sketch in asked for band in packed(sketch)[1]]
                told = {"bands": bands, "last": len(asked) - 1, "size": BANDS}
                found += self._connection.cursor(binary=True).execute(query, told).fetchall()
        return found


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
