"""One published generation of the embedded index, opened for reading."""

import bisect
import functools
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.columns import Columns, IntArray, Values
from indexer.embed import Fingerprint, FloatArray
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts, ItemHit, ItemKey, PassageHit
from indexer.records import Determination, Reason
from indexer.store.counted import read_columns, read_values
from indexer.store.manifest import Manifest, current_folder, read_manifest
from indexer.store.schema import RECORDS, connect_read_only, where
from indexer.store.vectors import VECTORS, Vectors
from indexer.store.words import WORDS, Words

T = TypeVar("T")

_CACHED = 4096


class EmbeddedIndex:
    """An `indexer.index.Index` over a generation's files."""

    def __init__(self, folder: Path, manifest: Manifest, threads: int) -> None:
        """Open a generation.

        Raises:
            IndexFault: a file cannot be opened, or vectors and records do not go together.
        """
        self._manifest = manifest
        self._local = threading.local()
        self._records = folder / RECORDS
        self._connections: list[sqlite3.Connection] = []
        try:
            self._vectors = Vectors(folder / VECTORS, threads)
            self._words = Words(folder / WORDS)
            self._keys = tuple(
                ItemKey(*row) for row in self._rows("SELECT determination_id, number FROM items ORDER BY item")
            )
            self._duplicates: dict[ItemKey, ItemKey] = {
                self._keys[item]: self._keys[standing]
                for item, standing in self._rows("SELECT item, saying FROM item_columns WHERE saying != item")
            }
            self._places = self._rows('SELECT item, start, "end" FROM passages ORDER BY passage')
        except (IndexFault, RuntimeError, LookupError, ValueError, OSError, sqlite3.Error) as error:
            self.close()
            raise IndexFault(f"index generation {folder} is damaged: {error}") from None
        if self._vectors.shape != (len(self._places), manifest.model.dimension):
            self.close()
            raise IndexFault(f"index generation {folder} is damaged: vectors and records do not go together")
        self._passage_items = np.asarray([row[0] for row in self._places], dtype=np.int64)
        self._cached = functools.lru_cache(maxsize=_CACHED)(self._read_determination)
        self._values = functools.cache(self._read_values)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._manifest.generation

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made by."""
        return self._manifest.model

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        return self._manifest.counts

    def search_vector(self, vector: FloatArray, limit: int, filters: Filters = NO_FILTERS) -> list[PassageHit]:
        """Return the nearest passages of items that pass the filters, best first."""
        allowed = self._allowed(filters)
        passages = None if allowed is None else np.flatnonzero(np.isin(self._passage_items, allowed)).tolist()
        hits = []
        for passage, score in self._vectors.search(vector, limit, passages):
            item, start, end = self._places[passage]
            hits.append(PassageHit(self._keys[item], start, end, score))
        return hits

    def search_text(
        self, text: str, limit: int, filters: Filters = NO_FILTERS, *, stemmed: bool = False
    ) -> list[ItemHit]:
        """Return the items whose title and rationale share words with a text, by BM25."""
        hits = self._words.search(text, limit, self._allowed(filters), stemmed=stemmed)
        return [ItemHit(self._keys[item], score) for item, score in hits]

    def select(self, filters: Filters) -> list[ItemKey]:
        """Return every item that passes the filters, in order of key."""
        allowed = self._allowed(filters)
        return list(self._keys) if allowed is None else [self._keys[item] for item in allowed]

    def stands_for(self, key: ItemKey) -> ItemKey:
        """Return the item that stands for all near-duplicates of an item."""
        return self._duplicates.get(key, key)

    def frequency(self, word: str) -> int:
        """Return how many items have a word in title or rationale."""
        return self._words.frequency(word)

    def facet(self, field: str) -> dict[str, int]:
        """Return the values of a filter's field with the number of items that have each, most first."""
        if field == "outcome":
            rows = self._rows("SELECT outcome, count(*) FROM items GROUP BY outcome ORDER BY 2 DESC, 1")
        else:
            query = "SELECT value, count(*) FROM item_values WHERE field = ? GROUP BY value ORDER BY 2 DESC, 1"
            rows = self._rows(query, [field])
        return dict(rows)

    @functools.cached_property
    def columns(self) -> Columns:
        """What is counted of every item, read when it is first asked for."""
        return self._read(read_columns)

    def values(self, field: str) -> Values:
        """Return the values of a field, read when they are first asked for."""
        return self._values(field)

    def rows(self, filters: Filters) -> IntArray:
        """Return the rows of the items that pass the filters, ascending."""
        allowed = self._allowed(filters)
        return np.arange(len(self._keys)) if allowed is None else np.asarray(allowed, dtype=np.int64)

    def keys(self, rows: IntArray) -> list[ItemKey]:
        """Return the items at some rows."""
        return [self._keys[row] for row in rows.tolist()]

    def vectors(self, key: ItemKey) -> FloatArray:
        """Return the vectors of an item's passages."""
        row = bisect.bisect_left(self._keys, key)
        if self._keys[row : row + 1] != (key,):
            return np.zeros((0, self.fingerprint.dimension), dtype=np.float32)
        return self._vectors.take(np.flatnonzero(self._passage_items == row))

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination by id, or None."""
        return self._cached(determination_id)

    def reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        """Return the reasons that an item's reviewer gives, in order of place."""
        query = (
            'SELECT code, start, "end", found_by, score FROM item_reasons JOIN items USING (item) '
            "WHERE determination_id = ? AND number = ? ORDER BY place"
        )
        found = self._rows(query, [key.determination_id, key.item])
        return tuple(Reason(code=row[0], start=row[1], end=row[2], by=row[3], score=row[4]) for row in found)

    def by_case(self, case: str) -> list[Determination]:
        """Return the determinations with a case number or id, in order of id."""
        folded = case.strip().casefold()
        query = "SELECT id FROM determinations WHERE lower(case_number) = ? OR lower(id) = ? ORDER BY id"
        found = (self.determination(row[0]) for row in self._rows(query, [folded, folded]))
        return [determination for determination in found if determination is not None]

    def close(self) -> None:
        """Close the records file, and let go of what is kept."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        # They hold this object by its own methods: with them it would stay until the collector comes by.
        for cache in ("_cached", "_values"):
            vars(self).pop(cache, None)

    def _read_determination(self, determination_id: str) -> Determination | None:
        rows = self._rows("SELECT record FROM determinations WHERE id = ?", [determination_id])
        try:
            return msgspec.json.decode(rows[0][0], type=Determination) if rows else None
        except (msgspec.DecodeError, ValueError) as error:
            raise IndexFault(f"the record of {determination_id} is damaged: {error}") from None

    def _allowed(self, filters: Filters) -> list[int] | None:
        """Return the rows of the items that pass the filters, in order; None where every item does."""
        if filters == NO_FILTERS:
            return None
        condition, parameters = where(filters)
        rows = [row[0] for row in self._rows(f"SELECT item FROM items WHERE {condition} ORDER BY item", parameters)]  # noqa: S608 - `where` builds the condition from fixed parts; values are parameters
        if not filters.phrases:
            return rows
        holding = set(self._words.holding(filters.phrases))
        return [row for row in rows if row in holding]

    def _read_values(self, field: str) -> Values:
        return self._read(lambda connection: read_values(connection, field))

    def _rows(self, query: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        return self._read(lambda connection: connection.execute(query, parameters).fetchall())

    def _read(self, reading: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect_read_only(self._records)
            self._local.connection = connection
            self._connections.append(connection)
        try:
            return reading(connection)
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.DatabaseError as error:
            raise IndexFault(f"the records of the index are damaged: {error}") from None


def open_embedded(index_dir: Path, threads: int) -> EmbeddedIndex:
    """Open the published generation of an index folder.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    folder = current_folder(index_dir)
    return EmbeddedIndex(folder, read_manifest(folder), threads)
