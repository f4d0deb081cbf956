"""Words as postings, and BM25 over them: the same figures as the embedded engine's (tantivy's).

PostgreSQL's own ranking (ts_rank, ts_rank_cd) knows neither how rare a word is nor how long an item, so a tsvector
only answers phrases here. A term's postings are two packed arrays: items ascending, and how often each holds the term.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import BoolArray, IntArray

K1, B = 1.2, 0.75
_ITEMS, _COUNTS = "<i4", "<u2"
_MOST = 65_535

Scores = npt.NDArray[np.float32]


class Postings(NamedTuple):
    """The items that hold a term, ascending, and how often each does."""

    items: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]

    def within(self, numbers: int) -> "Postings":
        """Return the postings of the items below a number."""
        end = int(np.searchsorted(self.items, numbers))
        return Postings(self.items[:end], self.counts[:end])


def pack(items: Sequence[int], counts: Sequence[int]) -> tuple[bytes, bytes]:
    """Return postings as the database keeps them."""
    capped = np.minimum(np.asarray(counts, dtype=np.int64), _MOST)
    return np.asarray(items, dtype=_ITEMS).tobytes(), capped.astype(_COUNTS).tobytes()


def unpack(parts: Sequence[tuple[bytes, bytes]]) -> Postings:
    """Return a term's postings from those of each generation that added some, in order."""
    return Postings(
        np.frombuffer(b"".join(items for items, _ in parts), dtype=_ITEMS),
        np.frombuffer(b"".join(counts for _, counts in parts), dtype=_COUNTS),
    )


def _kept_lengths() -> npt.NDArray[np.int64]:
    """Return the 256 lengths that tantivy tells apart: Lucene's SmallFloat, exact to 40, then eight an octave."""
    lengths = list(range(24))
    for code in range(256 - 24):
        shift = (code >> 3) - 1
        lengths.append(24 + (code if shift < 0 else ((code & 7) | 8) << shift))
    return np.asarray(lengths, dtype=np.int64)


_KEPT_LENGTHS = _kept_lengths()


class Lengths:
    """The lengths of items in terms, and which items count."""

    def __init__(self, lengths: IntArray, live: BoolArray) -> None:
        """Take the length of each item by number; items that are not live count for nothing."""
        self.live = live
        self.total = int(np.count_nonzero(live))
        average = float(lengths[live].sum()) / self.total if self.total else 1.0
        kept = _KEPT_LENGTHS[np.searchsorted(_KEPT_LENGTHS, lengths, side="right") - 1]
        self.norm = (K1 * (1 - B + B * kept / max(average, 1e-9))).astype(np.float32)


def bm25(asked: Sequence[str], postings: Mapping[str, Postings], lengths: Lengths) -> Scores:
    """Return the BM25 score of every item by number, 0 for those that hold no term or do not count.

    Args:
        asked: terms, one that is asked for twice counts twice.
        postings: of the terms; those without any may be left out.
        lengths: of the items.
    """
    scores = np.zeros(len(lengths.norm), dtype=np.float32)
    for term, times in Counter(asked).items():
        found = postings.get(term)
        if found is None:
            continue
        counted = lengths.live[found.items]
        items, counts = found.items[counted], found.counts[counted].astype(np.float32)
        rarity = math.log1p((lengths.total - len(items) + 0.5) / (len(items) + 0.5))
        # A term's items are all different, so adding in place adds to each once.
        scores[items] += np.float32(times * rarity * (1 + K1)) * counts / (counts + lengths.norm[items])
    return scores
