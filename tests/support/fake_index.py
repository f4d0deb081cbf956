"""An index held in lists, with plain BM25 and exact cosine: what `indexer.index.Index` promises, without files."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from indexer.columns import Columns, IntArray, Values, cited_pairs, columns_of, values_from, values_of
from indexer.duplicates import representatives
from indexer.embed import Embedder, Fingerprint, FloatArray, HashingEmbedder
from indexer.facts import ItemFacts, facts_of
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts, ItemHit, ItemKey, PassageHit
from indexer.reasons import pattern_reasons
from indexer.records import (
    Dates,
    Determination,
    DisputedItem,
    ItemOutcome,
    Patient,
    Reason,
    Reviewer,
    Source,
    Span,
    Treatment,
)

K1, B = 1.2, 0.75


class Decided(NamedTuple):
    """What a test says of one disputed item."""

    title: str
    rationale: str
    concept: str | None = None
    category: str = "Pharmaceuticals > Opioids"
    regions: tuple[str, ...] = ()
    outcome: ItemOutcome = "upheld"


def letter(determination_id: str, case: str | None, *items: Decided) -> Determination:
    """Make a determination whose canonical text is its items' titles and rationales."""
    text = ""
    made = []
    for number, decided in enumerate(items, start=1):
        heading = Span(text=decided.title, start=len(text), end=len(text) + len(decided.title))
        text += decided.title + "\n\n"
        rationale = Span(text=decided.rationale, start=len(text), end=len(text) + len(decided.rationale))
        text += decided.rationale + "\n\n"
        made.append(_item(number, decided, heading, rationale))
    return Determination(
        id=determination_id,
        case_number=case,
        layout="layout-1",
        reader_version="test",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=Source(name=f"{determination_id}.txt", sha256="0" * 64, pages=None),
        dates=Dates(),
        priority=None,
        reviewer=Reviewer(),
        patient=Patient(),
        summary=None,
        outcome=None,
        stated_outcome=None,
        items=tuple(made),
        warnings=(),
        text=text,
        page_starts=(),
        furniture=(),
    )


def _item(number: int, decided: Decided, heading: Span, rationale: Span) -> DisputedItem:
    named = decided.concept is not None
    return DisputedItem(
        number=number,
        heading=heading,
        title=decided.title,
        request=decided.title,
        outcome=decided.outcome,
        claims_administrator_guideline=None,
        imr_guideline=None,
        rationale=rationale,
        treatments=(Treatment(concept=decided.concept or "", category=decided.category),) if named else (),
        body_regions=decided.regions,
    )


class FakeIndex:
    """An index over a few determinations; filters other than exclude_cases and phrases are not kept."""

    def __init__(self, *determinations: Determination, embedder: Embedder | None = None) -> None:
        """Hold determinations; each rationale is one passage."""
        self._letters = {one.id: one for one in sorted(determinations, key=lambda one: one.id)}
        self._embedder = embedder or HashingEmbedder()
        self._items = {ItemKey(one.id, item.number): item for one in self._letters.values() for item in one.items}
        self._words = {key: Counter(_words(f"{item.title} {item.rationale.text}")) for key, item in self._items.items()}
        rows = list(self._items)
        self._standing = {
            rows[row]: rows[standing] for row, standing in enumerate(representatives(self._letters.values()))
        }
        self.closed = False

    @property
    def generation(self) -> str:
        """The generation's name."""
        return "fake"

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors were made by."""
        return self._embedder.fingerprint

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        return Counts(letters=len(self._letters), items=len(self._items), passages=len(self._items), rejected=0)

    def search_vector(
        self, vector: FloatArray, limit: int, filters: Filters = NO_FILTERS, part: Filters | None = None
    ) -> list[PassageHit]:
        """Compare with every passage."""
        del part  # it is kept no more than other filters
        hits = []
        for key in self.select(filters):
            span = self._items[key].rationale
            score = float(self._embedder.encode([span.text])[0] @ vector)
            hits.append(PassageHit(key, span.start, span.end, score))
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:limit]

    def search_text(
        self,
        text: str,
        limit: int,
        filters: Filters = NO_FILTERS,
        part: Filters | None = None,
        *,
        stemmed: bool = False,
    ) -> list[ItemHit]:
        """Score every item by BM25; plain words, stemmed or not."""
        del part, stemmed
        scores = ((key, self._bm25(Counter(_words(text)), key)) for key in self.select(filters))
        hits = [ItemHit(key, score) for key, score in scores if score > 0]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:limit]

    def select(self, filters: Filters) -> list[ItemKey]:
        """Return the items outside the excluded cases that hold the phrases."""
        out = {one.id for case in filters.exclude_cases for one in self.by_case(case)}
        return sorted(
            key for key in self._items if key.determination_id not in out and self._holds(key, filters.phrases)
        )

    def stands_for(self, key: ItemKey) -> ItemKey:
        """Return the item that stands for those that say the same."""
        return self._standing[key]

    def frequency(self, word: str) -> int:
        """Count the items that have a word."""
        return sum(word in words for words in self._words.values())

    def facet(self, field: str) -> dict[str, int]:
        """Count nothing."""
        del field
        return {}

    @property
    def columns(self) -> Columns:
        """Return what is counted of every item."""
        return columns_of(list(self._letters.values()))

    def values(self, field: str) -> Values:
        """Return the values of a field."""
        held = [(value, row) for name, value, row in self._held() if name == field]
        return values_from(sorted(held))

    def rows(self, filters: Filters) -> IntArray:
        """Return the rows of the items outside the excluded cases."""
        passing = set(self.select(filters))
        return np.asarray([row for row, key in enumerate(sorted(self._items)) if key in passing], dtype=np.int64)

    def keys(self, rows: IntArray) -> list[ItemKey]:
        """Return the items at some rows."""
        held = sorted(self._items)
        return [held[row] for row in rows]

    def vectors(self, key: ItemKey) -> FloatArray:
        """Return the vector of an item's one passage."""
        return self._embedder.encode([self._items[key].rationale.text])

    def facts(self, keys: Sequence[ItemKey]) -> list[ItemFacts]:
        """Return the facts of items."""
        return [facts_of(self._letters[key.determination_id], self._items[key]) for key in keys]

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination by id."""
        return self._letters.get(determination_id)

    def reasons(self, key: ItemKey) -> tuple[Reason, ...]:
        """Return what the patterns find."""
        return pattern_reasons(self._items[key])

    def by_case(self, case: str) -> list[Determination]:
        """Return the determinations with a case number or id."""
        return [one for one in self._letters.values() if case in {one.case_number, one.id}]

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _holds(self, key: ItemKey, phrases: Iterable[str]) -> bool:
        texts = [f" {' '.join(_words(text))} " for text in (self._items[key].title, self._items[key].rationale.text)]
        return all(any(f" {' '.join(_words(phrase))} " in text for text in texts) for phrase in phrases)

    def _held(self) -> list[tuple[str, str, int]]:
        """Return (field, value, row) for the filters' fields and for what was cited."""
        row_of = {key: row for row, key in enumerate(sorted(self._items))}
        values = [
            (field, value, row_of[ItemKey(one.id, item.number)])
            for one in self._letters.values()
            for item in one.items
            for field, value in values_of(one, item)
        ]
        values += [
            ("reason", code, row_of[key]) for key in self._items for code in {one.code for one in self.reasons(key)}
        ]
        return [*values, *cited_pairs(list(self._letters.values()))]

    def _bm25(self, query: Counter[str], key: ItemKey) -> float:
        body = self._words[key]
        average = sum(sum(words.values()) for words in self._words.values()) / len(self._words)
        norm = K1 * (1 - B + B * sum(body.values()) / average)
        return sum(
            times * self._idf(word) * body[word] * (K1 + 1) / (body[word] + norm) for word, times in query.items()
        )

    def _idf(self, word: str) -> float:
        having = sum(word in words for words in self._words.values())
        return math.log(1 + (len(self._words) - having + 0.5) / (having + 0.5))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
