"""The one interface behind which an index stands; another engine implements it later.

Everything above (service, eval, command line) knows only this. Scores rank higher is better; equal scores are ordered
by determination id and item number, so a ranking never depends on an engine's internals.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from indexer.columns import Columns, IntArray, Values
from indexer.embed import Fingerprint, FloatArray
from indexer.facts import ItemFacts
from indexer.filters import NO_FILTERS, Filters
from indexer.records import Determination, Reason, Record


class ItemKey(NamedTuple):
    """A disputed item: its determination's id and its number."""

    determination_id: str
    item: int


class PassageHit(NamedTuple):
    """A passage near a vector. `score` is the cosine; text[start:end] of the determination is the passage."""

    key: ItemKey
    start: int
    end: int
    score: float


class ItemHit(NamedTuple):
    """A disputed item that shares words with a query. `score` is BM25 (k1 1.2, b 0.75)."""

    key: ItemKey
    score: float


class Counts(Record, frozen=True):
    """How much an index holds."""

    letters: int
    items: int
    passages: int
    rejected: int


class Index(Protocol):
    """A published, immutable generation of an index, safe to share between threads."""

    @property
    def generation(self) -> str:
        """The generation's name."""
        ...

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made by."""
        ...

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        ...

    def search_vector(
        self, vector: FloatArray, limit: int, filters: Filters = NO_FILTERS, part: Filters | None = None
    ) -> list[PassageHit]:
        """Return the nearest passages of items that pass the filters: `limit` of them whenever so many exist.

        With `part`, `limit` of those that pass these filters too are returned as well, each passage once: one question
        is less work than two. Best first, equal scores by key, then in order of place.
        """
        ...

    def search_text(
        self,
        text: str,
        limit: int,
        filters: Filters = NO_FILTERS,
        part: Filters | None = None,
        *,
        stemmed: bool = False,
    ) -> list[ItemHit]:
        """Return the items whose title and rationale share words with a text, by BM25; `part` as for vectors.

        `stemmed` compares English stems without stop words instead of plain words.
        """
        ...

    def select(self, filters: Filters) -> list[ItemKey]:
        """Return every item that passes the filters, in order of key."""
        ...

    def stands_for(self, key: ItemKey) -> ItemKey:
        """Return the item that stands for all near-duplicates of an item that the index holds: itself, if it has none.

        Decided once, when the index is written (`indexer.duplicates`); two items say the same if one stands for both.
        """
        ...

    def frequency(self, word: str) -> int:
        """Return how many items have a word in title or rationale."""
        ...

    def facet(self, field: str) -> dict[str, int]:
        """Return the values of a filter's field with the number of items that have each."""
        ...

    @property
    def columns(self) -> Columns:
        """Return what is counted of every item, in order of row: its place in order of key."""
        ...

    def values(self, field: str) -> Values:
        """Return the values of a filter's field, or of one of `indexer.columns.CITED_FIELDS`, and whose they are."""
        ...

    def rows(self, filters: Filters) -> IntArray:
        """Return the rows of the items that pass the filters, ascending."""
        ...

    def keys(self, rows: IntArray) -> list[ItemKey]:
        """Return the items at some rows."""
        ...

    def vectors(self, key: ItemKey) -> FloatArray:
        """Return the vectors of an item's passages, shape (passages, dimension)."""
        ...

    def facts(self, keys: Sequence[ItemKey]) -> list[ItemFacts]:
        """Return the facts of items, in the order asked for, without their letters.

        Raises:
            LookupError: it does not hold an item.
        """
        ...

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination by id, or None."""
        ...

    def reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        """Return the reasons that an item's reviewer gives, in order of place; none where nothing was found."""
        ...

    def by_case(self, case: str) -> list[Determination]:
        """Return the determinations with a case number or id, in order of id."""
        ...

    def close(self) -> None:
        """Release files."""
        ...
