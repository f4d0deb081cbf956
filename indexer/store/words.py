"""The lexical index of a generation (tantivy), opened for reading: BM25 over title and rationale.

Written by `words_writing.py`, which says what a slot is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import tantivy

from indexer.columns import BoolArray, IntArray
from indexer.store.readable import open_words
from indexer.store.words_queries import any_of, phrases_query, stems_of, within, words_of
from indexer.store.words_schema import BODY, SLOT, STEMS, damage_told

FloatArray = npt.NDArray[np.float64]

WORDS = "words"
# Items fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32
# What it takes tantivy to find only some slots, counted in hits that could be fetched meanwhile (some .45 us each): for
# each slot; for each to be looked up, or for one of so many documents, since looking up many is to read all; and at
# all. Measured with a million items (docs/decisions/0018-words-by-hard-links.md).
_HITS_A_SLOT = 4
_HITS_A_LOOKUP = 33
_DOCUMENTS_A_HIT = 7
_HITS_TO_NARROW = 5_000
# How many more than expected are fetched, so that one fetch mostly does.
_AMPLE = 1.25
# How many times as many are fetched at least where those fetched did not do: ties, mostly.
_GROWTH = 2.0
# Scores are told to 17 bits: a sum of floats may depend on the order of its terms, and tantivy promises none.
_BITS = 17


class WordsHit(NamedTuple):
    """An item's slot and its BM25 score (tantivy's k1 1.2, b 0.75), to a relative 2**-17."""

    slot: int
    score: float


class _Found(NamedTuple):
    """Hits, best first, equal scores by slot; whatever is not among them scores `floor` at most."""

    slots: IntArray
    scores: FloatArray
    floor: float


class Words:
    """A lexical index opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open the index in a folder.

        Raises:
            IndexFault: it is damaged.
        """
        with damage_told():
            self._index = open_words(folder, self)
            self._index.config_reader(reload_policy="manual", num_warmers=0)
            self._searcher = self._index.searcher()

    def search(
        self,
        text: str,
        limit: int,
        allowed: BoolArray | None = None,
        part: BoolArray | None = None,
        *,
        stemmed: bool = False,
    ) -> list[WordsHit]:
        """Return the items that share words with a text, best first; equal scores by slot.

        Slots say nothing of the order a caller wants, so whatever ties with the last is returned too: the caller
        sorts ties its own way and cuts. Documents deleted since their part of the index was last merged still count
        in the statistics: see `extend_words`.

        Args:
            text: any text; every word of it counts, a repeated one as often as it stands.
            limit: items wanted; more only where they tie with the last, fewer only where no more exist.
            allowed: whether each slot may be returned, as long as the largest slot asks; None for all.
            part: whether each slot is of a part of those allowed, of which `limit` are wanted as well.
            stemmed: compare English stems ('denied' meets 'denial'), stop words left out, instead of plain words.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        words = words_of(text)
        if not words or limit < 1:
            return []
        schema = self._index.schema
        query = any_of(schema, STEMS, stems_of(words)) if stemmed else any_of(schema, BODY, words)
        with damage_told():
            found, seen = self._best(query, limit, allowed, _UNSEEN)
            if part is not None:
                # What was seen of all tells most often enough of a part.
                inside = part if allowed is None else part & allowed
                found = _joined(found, self._best(query, limit, inside, seen)[0])
        return [WordsHit(*hit) for hit in zip(found.slots.tolist(), found.scores.tolist(), strict=True)]

    def holding(self, phrases: Sequence[str]) -> list[int]:
        """Return the slots, in order, of the items that hold every phrase: its words, one after the other, in one text.

        A phrase without words, or with one that is too long to be indexed, is held by none.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        query = phrases_query(self._index.schema, phrases)
        return [] if query is None else self._slots_of(query)

    def slots(self) -> list[int]:
        """Return the slot of every document, in order.

        Raises:
            IndexFault: the index is damaged.
        """
        return self._slots_of(tantivy.Query.all_query())

    def frequency(self, word: str) -> int:
        """Return how many items hold a word; deleted ones count until their part of the index is merged.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        with damage_told():
            return int(self._searcher.doc_freq(BODY, word.lower()))

    def _slots_of(self, query: tantivy.Query) -> list[int]:
        with damage_told():
            every = max(1, self._searcher.num_docs)
            found = self._searcher.search(query, every, count=False, order_by_field=SLOT, order=tantivy.Order.Asc)
            return [int(slot) for slot, _ in found.hits]

    def _best(self, query: tantivy.Query, limit: int, allowed: BoolArray | None, seen: _Found) -> tuple[_Found, _Found]:
        """Return the best hits among some slots, by whichever is less work, and all hits that were seen.

        Either more hits are fetched than wanted, and those that are not allowed dropped; or tantivy is told the slots,
        which costs by their number. How many hits must be fetched is not known before: a filter may hold just what a
        text has no words of. So it is tried as long as that costs no more than telling the slots would. `seen` are
        hits that were fetched before, of all slots or of some that hold these.
        """
        documents = self._searcher.num_docs
        slots = None if allowed is None else np.flatnonzero(allowed)
        share = 1.0 if slots is None else len(slots) / max(1, documents)
        if not share:
            return _NOTHING, seen
        affordable = np.inf if slots is None else _narrowing(len(slots), documents)
        while True:
            kept = seen if allowed is None else _passing(seen, allowed)
            best = _cut(kept, limit)
            if best is not None:
                return best, seen
            fetched = min(_to_fetch(seen, kept, limit + _SPARE, share), documents + 1)
            if slots is not None and fetched > affordable:
                return self._best(within(query, self._index.schema, slots.tolist()), limit, None, _UNSEEN)
            affordable -= fetched
            seen = self._fetch(query, fetched)

    def _fetch(self, query: tantivy.Query, most: int) -> _Found:
        most = min(most, self._searcher.num_docs + 1)
        hits = self._searcher.search(query, most, count=False).hits
        values = self._searcher.fast_field_values(SLOT, [address for _, address in hits])
        if None in values:
            raise LookupError("a document without a slot")
        slots = np.asarray(values, dtype=np.int64)
        scores = told_scores(np.asarray([score for score, _ in hits], dtype=np.float64))
        order = np.lexsort((slots, -scores))
        return _Found(slots[order], scores[order], float(scores[-1]) if len(hits) == most else -np.inf)


_NOTHING = _Found(np.zeros(0, dtype=np.int64), np.zeros(0), -np.inf)
_UNSEEN = _NOTHING._replace(floor=np.inf)


def _to_fetch(seen: _Found, kept: _Found, wanted: int, share: float) -> int:
    """Return how many hits to fetch so that some are wanted that pass, as `kept` of `seen` did.

    `share` is that of all slots that pass. A filter that a text's own words make, as its treatment is, lets more of
    the best hits pass, another as many as of all, and one that lies far from the text fewer: who is surprised by that
    gives up soon.
    """
    if not len(seen.slots):
        return int((_AMPLE if share < 1 else 1.0) * wanted / min(1.0, share))
    passing = max(1.0, len(kept.slots), share * len(seen.slots))
    return int(len(seen.slots) * max(_GROWTH, _AMPLE * wanted / passing))


def _passing(found: _Found, allowed: BoolArray) -> _Found:
    passing = allowed[found.slots]
    return _Found(found.slots[passing], found.scores[passing], found.floor)


def _joined(found: _Found, others: _Found) -> _Found:
    """Return the hits of two searches for the same words, each once."""
    slots, first = np.unique(np.concatenate([found.slots, others.slots]), return_index=True)
    scores = np.concatenate([found.scores, others.scores])[first]
    order = np.lexsort((slots, -scores))
    return _Found(slots[order], scores[order], max(found.floor, others.floor))


def _narrowing(slots: int, documents: int) -> float:
    """Return what it takes to find only some slots, in hits."""
    return _HITS_TO_NARROW + _HITS_A_SLOT * slots + min(_HITS_A_LOOKUP * slots, documents / _DOCUMENTS_A_HIT)


def _cut(found: _Found, limit: int) -> _Found | None:
    """Return the first `limit` hits and what ties with the last; None if hits that were not fetched might belong."""
    if len(found.slots) <= limit:
        return found if found.floor == -np.inf else None
    last = found.scores[limit - 1]
    if last <= found.floor:
        return None
    end = int(np.searchsorted(-found.scores, -last, side="right"))
    return _Found(found.slots[:end], found.scores[:end], found.floor)


def told_scores(scores: FloatArray) -> FloatArray:
    """Return scores to the bits by which they are told and compared."""
    parts, exponents = np.frexp(scores)
    told: FloatArray = np.ldexp(np.round(np.ldexp(parts, _BITS)), exponents - _BITS)
    return told
