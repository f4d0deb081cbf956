"""One published generation of the embedded index, opened for reading."""

import functools
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.columns import BoolArray, Columns, IntArray, Values, joined_values
from indexer.embed import Fingerprint, FloatArray
from indexer.facts import ItemFacts
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts, ItemHit, ItemKey, PassageHit
from indexer.records import Determination, Reason
from indexer.store.dead import read_dead
from indexer.store.generation import SegmentSet
from indexer.store.item_keys import ItemKeys
from indexer.store.manifest import Manifest, current_folder, read_manifest
from indexer.store.masks import mask_of
from indexer.store.near import Near, together
from indexer.store.publish import held_open
from indexer.store.rows import NO_ROW
from indexer.store.values import FIELDS
from indexer.store.words import WORDS, Words

_CACHED = 1024
_OUTCOMES = ("upheld", "overturned")


class EmbeddedIndex:
    """An `indexer.index.Index` over the segments and the words of a generation."""

    def __init__(self, index_dir: Path, folder: Path, manifest: Manifest) -> None:
        """Open a generation.

        Raises:
            IndexFault: a file cannot be opened, or files do not go together.
        """
        self._manifest = manifest
        self._held = ExitStack()
        try:
            self._held.enter_context(held_open(folder))
            self._parts = SegmentSet(index_dir, manifest.segments, read_dead(folder, manifest))
            self._held.callback(self._parts.close)
            self._words = Words(folder / WORDS)
            for segment in self._parts.segments:
                _ = segment.vectors  # what cannot be opened is told now
        except (IndexFault, RuntimeError, LookupError, ValueError, OSError) as error:
            self.close()
            raise IndexFault(f"index generation {folder} is damaged: {error}") from None
        self._rows = self._parts.rows
        if self._rows.total != manifest.counts.items:
            self.close()
            raise IndexFault(f"index generation {folder} is damaged: its segments hold other items than it lists")
        self._keys = ItemKeys(self._parts, manifest)
        self._cached = functools.lru_cache(maxsize=_CACHED)(self._read_determination)
        self._cached_facet = functools.cache(self._read_facet)
        self._cached_values = functools.cache(self._read_values)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._manifest.generation

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made by."""
        return self._manifest.made.model

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        return self._manifest.counts

    def search_vector(
        self, vector: FloatArray, limit: int, filters: Filters = NO_FILTERS, part: Filters | None = None
    ) -> list[PassageHit]:
        """Return the nearest passages of items that pass the filters, and of a part of them as well, best first."""
        mask = self._mask(filters)
        near = self._nearest(vector, limit, mask)
        if part is not None:
            near = together([near, self._nearest(vector, limit, _both(mask, self._mask(part)))]).once().best()
        arrays = [segment.arrays for segment in self._parts.segments]
        starts, ends = (near.of_passages([each[name] for each in arrays]) for name in ("passage_start", "passage_end"))
        return list(map(PassageHit, self._keys.at(near.row.tolist()), starts, ends, near.score.tolist()))

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
        if limit < 1:
            return []
        mask = self._mask(filters)
        inside = None if part is None else _both(mask, self._mask(part))
        hits = self._words.search(text, limit, self._slots(mask), self._slots(inside), stemmed=stemmed)
        rows = self._keys.of_slots([hit.slot for hit in hits]).tolist()
        found = sorted((-hit.score, row) for hit, row in zip(hits, rows, strict=True))
        best = found[:limit]
        if inside is not None:
            best += [one for one in found if inside[one[1]]][:limit]
            best = sorted(set(best))
        keys = self._keys.at([row for _, row in best])
        return [ItemHit(key, -negative) for key, (negative, _) in zip(keys, best, strict=True)]

    def select(self, filters: Filters) -> list[ItemKey]:
        """Return every item that passes the filters, in order of key."""
        return self.keys(self.rows(filters))

    def facts(self, keys: Sequence[ItemKey]) -> list[ItemFacts]:
        """Return the facts of some items.

        Raises:
            LookupError: one is not held.
        """
        rows = [self._keys.row(key) for key in keys]
        if None in rows:
            raise LookupError(f"the index does not hold {keys[rows.index(None)]}")
        numbers = np.asarray(rows, dtype=np.int64)
        found: dict[int, ItemFacts] = {}
        for place, segment in enumerate(self._parts.segments):
            mine = numbers[self._rows.segment[numbers] == place]
            found.update(zip(mine.tolist(), segment.facts.at(self._rows.item[mine]), strict=True))
        return [found[row] for row in numbers.tolist()]

    def stands_for(self, key: ItemKey) -> ItemKey:
        """Return the item that stands for all near-duplicates of an item."""
        row = self._keys.row(key)
        standing = row if row is None else int(self.columns.saying[row])
        return key if standing is None or standing == row else self._keys.at([standing])[0]

    def frequency(self, word: str) -> int:
        """Return how many items have a word in title or rationale."""
        return self._words.frequency(word)

    def facet(self, field: str) -> dict[str, int]:
        """Return the values of a filter's field with the number of items that have each, most first."""
        return dict(self._cached_facet(field))

    def _read_facet(self, field: str) -> dict[str, int]:
        if field == "outcome":
            granted = int(np.count_nonzero(self.columns.overturned))
            counted = dict(zip(_OUTCOMES, (self._rows.total - granted, granted), strict=True))
        else:
            values = self.values(field)
            counted = dict(
                zip(values.names, np.bincount(values.code, minlength=len(values.names)).tolist(), strict=True)
            )
        return {
            value: counted[value] for value in sorted(counted, key=lambda one: (-counted[one], one)) if counted[value]
        }

    @functools.cached_property
    def columns(self) -> Columns:
        """What is counted of every item, gathered when it is first asked for."""
        of_items = self._parts.of_items
        # The first item that says the same stands for all, whoever stood for them when they were indexed.
        _, first, group = np.unique(of_items("saying"), return_index=True, return_inverse=True)
        return Columns(
            letter=self._rows.letter.astype(np.int64),
            decided=of_items("decided").astype(np.int64),
            overturned=np.asarray(of_items("overturned")),
            dependent=np.asarray(of_items("dependent")),
            saying=first[group].astype(np.int64),
        )

    def values(self, field: str) -> Values:
        """Return the values of a field, gathered when they are first asked for."""
        return self._cached_values(field)

    def rows(self, filters: Filters) -> IntArray:
        """Return the rows of the items that pass the filters, ascending."""
        mask = self._mask(filters)
        return np.arange(self._rows.total) if mask is None else np.flatnonzero(mask)

    def keys(self, rows: IntArray) -> list[ItemKey]:
        """Return the items at some rows."""
        return self._keys.at(rows.tolist())

    def vectors(self, key: ItemKey) -> FloatArray:
        """Return the vectors of an item's passages."""
        row = self._keys.row(key)
        if row is None:
            return np.zeros((0, self.fingerprint.dimension), dtype=np.float32)
        segment = self._parts.segments[int(self._rows.segment[row])]
        return segment.vectors.take(segment.passages_of(int(self._rows.item[row])))

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination by id, or None."""
        return self._cached(determination_id)

    def reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        """Return the reasons that an item's reviewer gives, in order of place."""
        row = self._keys.row(key)
        if row is None:
            return ()
        return self._parts.segments[int(self._rows.segment[row])].reasons(int(self._rows.item[row]))

    def by_case(self, case: str) -> list[Determination]:
        """Return the determinations with a case number or id, in order of id."""
        folded = case.strip().casefold()
        ids = sorted(
            segment.arrays["ids"][number].decode(errors="surrogateescape")
            for segment in self._parts.segments
            for number in segment.numbers_by_case(folded)
        )
        found = (self.determination(name) for name in ids)
        return [letter for letter in found if letter is not None]

    def of_cases(self, cases: tuple[str, ...]) -> IntArray:
        """Return the rows of the letters with one of some case numbers or ids, in any case."""
        found = [np.zeros(0, dtype=np.int64)]
        for folded in {case.strip().casefold() for case in cases}:
            for segment, of_item in zip(self._parts.segments, self._rows.of_item, strict=True):
                for number in segment.numbers_by_case(folded):
                    start, end = segment.arrays["first"][number : number + 2]
                    found.append(of_item[start:end].astype(np.int64))
        return np.concatenate(found)

    def holding(self, phrases: tuple[str, ...]) -> IntArray:
        """Return the rows of the items that hold every phrase."""
        return self._keys.of_slots(self._words.holding(phrases))

    def close(self) -> None:
        """Close the records files, and let go of the generation and of what is kept of it."""
        self._held.close()
        # They hold this object by its own methods: with them it would stay until the collector comes by.
        for cache in ("_cached", "_cached_facet", "_cached_values"):
            vars(self).pop(cache, None)

    def _mask(self, filters: Filters) -> BoolArray | None:
        return None if filters == NO_FILTERS else mask_of(filters, self)

    def _nearest(self, vector: FloatArray, limit: int, mask: BoolArray | None) -> Near:
        """Return the nearest passages of some items, best first."""
        found = []
        for place, segment in enumerate(self._parts.segments):
            rows = self._parts.passage_rows[place]
            allowed = _allowed(rows, mask, every=not len(segment.dead))
            hits = segment.vectors.search(vector, limit, allowed)
            score = np.asarray([hit.score for hit in hits], dtype=np.float64)
            passage = np.asarray([hit.passage for hit in hits], dtype=np.int64)
            found.append(Near(score, rows[passage].astype(np.int64), passage, np.full(len(hits), place)))
        return together(found).best(limit)

    def _slots(self, mask: BoolArray | None) -> BoolArray | None:
        """Return for every slot whether its item passes; None for all."""
        return None if mask is None else self._keys.slots(mask)

    def _read_determination(self, determination_id: str) -> Determination | None:
        found = self._parts.find(determination_id)
        return None if found is None else self._parts.segments[found[0]].determination(found[1])

    def _read_values(self, field: str) -> Values:
        parts = zip(self._parts.segments, self._rows.of_item, strict=True) if field in FIELDS else ()
        return joined_values([(segment.values(field), of_item) for segment, of_item in parts])


def _both(mask: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    """Return what passes both of two masks, None being all."""
    if mask is None or other is None:
        return other if mask is None else mask
    return mask & other


def _allowed(rows: IntArray, mask: BoolArray | None, *, every: bool) -> BoolArray | None:
    """Return which passages may be found, by the rows of their items; None for all."""
    if mask is None:
        return None if every else rows != NO_ROW
    # A little over half as long as by an index in brackets, which makes one of 64 bits of it first.
    allowed: BoolArray = np.append(mask, False).take(rows)
    return allowed


def open_embedded(index_dir: Path) -> EmbeddedIndex:
    """Open the published generation of an index folder.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    folder = current_folder(index_dir)
    while True:
        try:
            return EmbeddedIndex(index_dir, folder, read_manifest(index_dir, folder))
        except IndexFault:
            # A run may publish twice, and drop what nobody held yet, while we look: that is no damage.
            looked_at, folder = folder, current_folder(index_dir)
            if folder == looked_at:
                raise
