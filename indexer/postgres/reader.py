"""One published generation of the index in PostgreSQL, opened for reading."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, LiteralString, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from config.errors import IndexFault
from indexer.columns import NO_DATE, Columns, IntArray, Values, joined_values, values_from
from indexer.embed import Fingerprint, FloatArray
from indexer.facts import ItemFacts
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts, ItemHit, ItemKey, PassageHit
from indexer.postgres.base import Base
from indexer.postgres.filters import condition, holding
from indexer.postgres.generations import Generation
from indexer.postgres.items import NO_ROW, Items, read_items
from indexer.postgres.nearest import EXACT, Passing, search_exactly, search_graph
from indexer.postgres.postings import Lengths, Postings, bm25, unpack
from indexer.postgres.servers import Connection, Servers
from indexer.records import Determination, Reason
from indexer.store.words import told_scores
from indexer.store.words_queries import asked_terms

T = TypeVar("T")

_CACHED = 4096
_WORDS = 65_536
# Of filters, the rows of which are kept: a service asks for the same few again and again.
_FILTERS = 64


class PostgresIndex:
    """An `indexer.index.Index` over a generation in PostgreSQL.

    So many passages as `exact_up_to` says are compared one by one instead of through the graph.
    """

    def __init__(self, servers: Servers, generation: Generation) -> None:
        """Open a generation; its items' keys are read now.

        Raises:
            IndexFault: no server that can be reached holds it.
        """
        self.exact_up_to = EXACT
        self._servers = servers
        self._generation = generation
        self._base = Base(generation.base, generation.made.model.dimension)
        self._items: Items = servers.read(lambda link: read_items(link, self._base, generation.number))
        self._lengths = {
            stemmed: Lengths(self._items.by_number(lengths), self._items.live)
            for stemmed, lengths in self._items.lengths.items()
        }
        self._cached = functools.lru_cache(maxsize=_CACHED)(self._read_determination)
        self._reasons = functools.lru_cache(maxsize=_CACHED)(self._read_reasons)
        self._frequency = functools.lru_cache(maxsize=_WORDS)(self._read_frequency)
        self._values = functools.cache(self._read_values)
        self._passing = functools.lru_cache(maxsize=_FILTERS)(self._read_passing)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._generation.name

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made by."""
        return self._generation.made.model

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        return self._generation.counts

    def search_vector(
        self, vector: FloatArray, limit: int, filters: Filters = NO_FILTERS, part: Filters | None = None
    ) -> list[PassageHit]:
        """Return the nearest passages of items that pass the filters, and of a part of them as well, best first."""
        rows = self._passing(filters)
        near = set(self._nearest(vector, limit, rows))
        if part is not None:
            near.update(self._nearest(vector, limit, _both(rows, self._passing(part))))
        return [PassageHit(self._items.key(row), start, end, -score) for score, row, start, end in sorted(near)]

    def _nearest(self, vector: FloatArray, limit: int, rows: IntArray | None) -> list[tuple[float, int, int, int]]:
        """Return the nearest passages of some items as (negative score, row, start, end), best first."""
        matching = self.counts.passages if rows is None else int(self._items.passages[rows].sum())
        wanted = min(limit, matching)
        if wanted < 1:
            return []
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        items = None if rows is None else self._items.item[rows].astype(np.int64)
        base, number = self._base, self._generation.number
        found = None
        if matching > self.exact_up_to:
            passing = Passing(items, matching, self.counts.passages)
            found = self._servers.read(lambda link: search_graph(link, base, query, wanted, number, passing))
        if found is None:
            every = self._items.item.astype(np.int64) if items is None else items
            known = len(self._items.row_of)
            found = self._servers.read(lambda link: search_exactly(link, base, query, wanted, every, known))
        row_of = self._items.row_of
        return sorted((-near.score, int(row_of[near.item]), near.start, near.end) for near in found)[:wanted]

    def search_text(
        self,
        text: str,
        limit: int,
        filters: Filters = NO_FILTERS,
        part: Filters | None = None,
        *,
        stemmed: bool = False,
    ) -> list[ItemHit]:
        """Return the items whose title and rationale share words with a text, and of a part as well, by BM25."""
        asked = asked_terms(text, stemmed=stemmed)
        if not asked or limit < 1:
            return []
        exact = bm25(asked, self._postings(asked, stemmed=stemmed), self._lengths[stemmed])[self._items.item]
        scores = told_scores(exact.astype(np.float64))
        allowed = self._passing(filters)
        best = _best(scores, allowed, limit)
        if part is not None:
            best = np.union1d(best, _best(scores, _both(allowed, self._passing(part)), limit))
            best = best[np.argsort(-scores[best], kind="stable")]
        return [ItemHit(self._items.key(row), float(scores[row])) for row in best.tolist()]

    def select(self, filters: Filters) -> list[ItemKey]:
        """Return every item that passes the filters, in order of key."""
        return self.keys(self.rows(filters))

    def stands_for(self, key: ItemKey) -> ItemKey:
        """Return the item that stands for all near-duplicates of an item."""
        row = self._items.row(key)
        return key if row == NO_ROW else self._items.key(int(self._items.saying[row]))

    def frequency(self, word: str) -> int:
        """Return how many items have a word in title or rationale."""
        return self._frequency(word.lower())

    def _read_frequency(self, word: str) -> int:
        found = self._postings([word], stemmed=False).get(word)
        return int(np.count_nonzero(self._items.live[found.items])) if found else 0

    def facet(self, field: str) -> dict[str, int]:
        """Return the values of a filter's field with the number of items that have each, most first."""
        if field == "outcome":
            overturned = int(np.count_nonzero(self.columns.overturned))
            counted = {"overturned": overturned, "upheld": len(self._items) - overturned}
        else:
            values = self.values(field)
            numbers = np.bincount(values.code, minlength=len(values.names)).tolist()
            counted = dict(zip(values.names, numbers, strict=True))
        return dict(sorted(((name, n) for name, n in counted.items() if n), key=lambda one: (-one[1], one[0])))

    @functools.cached_property
    def columns(self) -> Columns:
        """What is counted of every item, read when it is first asked for."""
        query: LiteralString = "SELECT item, outcome = 'overturned', dependent, decided FROM {item} WHERE {live}"
        decided = np.full(len(self._items), NO_DATE, dtype=np.int64)
        overturned = np.zeros(len(self._items), dtype=np.bool_)
        dependent = np.zeros(len(self._items), dtype=np.bool_)
        for item, is_overturned, is_dependent, day in self._rows(query, {"g": self._generation.number}):
            row = self._items.row_of[item]
            overturned[row], dependent[row] = is_overturned, is_dependent
            if day is not None:
                decided[row] = day.toordinal()
        return Columns(self._items.letter, decided, overturned, dependent, self._items.saying)

    def values(self, field: str) -> Values:
        """Return the values of a field, read when they are first asked for."""
        return self._values(field)

    def rows(self, filters: Filters) -> IntArray:
        """Return the rows of the items that pass the filters, ascending."""
        passing = self._passing(filters)
        return np.arange(len(self._items)) if passing is None else passing.copy()

    def keys(self, rows: IntArray) -> list[ItemKey]:
        """Return the items at some rows."""
        return [self._items.key(row) for row in rows.tolist()]

    def vectors(self, key: ItemKey) -> FloatArray:
        """Return the vectors of an item's passages."""
        row = self._items.row(key)
        found: list[tuple[Any, ...]] = []
        if row != NO_ROW:
            query: LiteralString = "SELECT embedding FROM {passage} WHERE item = %(item)s ORDER BY passage"
            found = self._rows(query, {"item": int(self._items.item[row])})
        matrix = [half.to_numpy() for (half,) in found]
        return np.asarray(matrix, dtype=np.float32).reshape(-1, self.fingerprint.dimension)

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination by id, or None."""
        return self._cached(determination_id)

    def facts(self, keys: Sequence[ItemKey]) -> list[ItemFacts]:
        """Return the facts of some items, in their order.

        Raises:
            LookupError: the index does not hold an item.
        """
        rows = [self._items.row(key) for key in keys]
        if NO_ROW in rows:
            raise LookupError(f"the index does not hold {keys[rows.index(NO_ROW)]}")
        items = [int(self._items.item[row]) for row in rows]
        found = dict(self._rows("SELECT item, facts FROM {item} WHERE item = ANY(%(items)s)", {"items": items}))
        return [msgspec.msgpack.decode(found[item], type=ItemFacts) for item in items]

    def reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        """Return the reasons that an item's reviewer gives, in order of place."""
        return self._reasons(key)

    def _read_reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        row = self._items.row(key)
        if row == NO_ROW:
            return ()
        query: LiteralString = (
            "SELECT code, starts, ends, found_by, score FROM {item_reason} WHERE item = %(item)s ORDER BY place"
        )
        found = self._rows(query, {"item": int(self._items.item[row])})
        return tuple(Reason(code=one[0], start=one[1], end=one[2], by=one[3], score=one[4]) for one in found)

    def by_case(self, case: str) -> list[Determination]:
        """Return the determinations with a case number or id, in order of id."""
        query: LiteralString = (
            "SELECT id FROM {letter} WHERE (case_folded = %(case)s OR id_folded = %(case)s) AND {live} ORDER BY id"
        )
        told = {"case": case.strip().casefold(), "g": self._generation.number}
        found = (self.determination(name) for (name,) in self._rows(query, told))
        return [determination for determination in found if determination is not None]

    def close(self) -> None:
        """Close the connections."""
        self._servers.close()

    def _postings(self, terms: Sequence[str], *, stemmed: bool) -> dict[str, Postings]:
        query: LiteralString = (
            "SELECT term, items, counts FROM {posting} WHERE stemmed = %(stemmed)s AND term = ANY(%(terms)s) "
            "AND since <= %(g)s ORDER BY term, first"
        )
        told = {"stemmed": stemmed, "terms": sorted(set(terms)), "g": self._generation.number}
        parts: dict[str, list[tuple[bytes, bytes]]] = {}
        for term, items, counts in self._rows(query, told):
            parts.setdefault(term, []).append((items, counts))
        return {term: unpack(found).within(len(self._items.row_of)) for term, found in parts.items()}

    def _read_passing(self, filters: Filters) -> IntArray | None:
        """Return the rows of the items that pass the filters, ascending; None where every item does."""
        if filters == NO_FILTERS:
            return None
        made = condition(self._base, filters)
        if made is None:
            return np.zeros(0, dtype=np.int64)
        passing, parameters = made
        number = self._generation.number
        query = (
            self._base.statement(
                "SELECT item, overlong FROM {item} AS item JOIN {letter} AS letter USING (letter) "
                "JOIN {item_words} AS words USING (item) WHERE item.since <= %s AND item.until > %s AND "
            )
            + passing
        )
        found = self._read(
            lambda link: link.cursor(binary=True).execute(query, [number, number, *parameters]).fetchall()
        )
        items = [item for item, _ in found]
        if filters.phrases and any(overlong for _, overlong in found):
            items = [item for item, overlong in found if not overlong or self._holds(item, filters.phrases)]
        return np.sort(self._items.row_of[np.asarray(items, dtype=np.int64)].astype(np.int64))

    def _holds(self, item: int, phrases: Sequence[str]) -> bool:
        key = self._items.key(int(self._items.row_of[item]))
        determination = self.determination(key.determination_id)
        disputed = determination.item(key.item) if determination else None
        return disputed is not None and holding((disputed.title, disputed.rationale.text), phrases)

    def _read_determination(self, determination_id: str) -> Determination | None:
        query: LiteralString = "SELECT record FROM {letter} WHERE id = %(id)s AND {live}"
        rows = self._rows(query, {"id": determination_id, "g": self._generation.number})
        try:
            return msgspec.json.decode(rows[0][0], type=Determination) if rows else None
        except (msgspec.DecodeError, ValueError) as error:
            raise IndexFault(f"the record of {determination_id} is damaged: {error}") from None

    def _read_values(self, field: str) -> Values:
        query: LiteralString = "SELECT value, item FROM {item_value} WHERE field = %(field)s ORDER BY value, item"
        known = len(self._items.row_of)
        held = [(value, item) for value, item in self._rows(query, {"field": field}) if item < known]
        # Values are kept as they are spelt; numbers of items that are not live have no row and fall out.
        return joined_values([(values_from(held), self._items.row_of.astype(np.int64))])

    def _rows(self, query: LiteralString, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        statement = self._base.statement(query)
        return self._read(lambda link: link.cursor(binary=True).execute(statement, parameters).fetchall())

    def _read(self, reading: Callable[[Connection], T]) -> T:
        return self._servers.read(reading)


def _best(scores: npt.NDArray[np.float64], allowed: IntArray | None, limit: int) -> IntArray:
    """Return the rows of the best scores among some rows, or all, that score at all; best first, equal ones by row."""
    rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
    best: IntArray = rows[np.argsort(-scores[rows], kind="stable")[:limit]]
    return best


def _both(rows: IntArray | None, others: IntArray | None) -> IntArray | None:
    """Return the rows that are among both, ascending, None being all."""
    if rows is None or others is None:
        return others if rows is None else rows
    return np.intersect1d(rows, others, assume_unique=True)
