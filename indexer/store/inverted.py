"""Inverted lists: many vectors grouped about centres, of which a search looks at the lists that can hold a hit.

A graph comes back short under filters and a fixed number of lists misses far members (FINDINGS), so the lists are
chosen anew for every query and filter: `Lists` knows how many allowed rows each holds and how widely its members stray.
"""

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embed import FloatArray
from indexer.store.codes import Codes, IntArray

BoolArray = npt.NDArray[np.bool_]

# Lists for the square root of the rows. On 200,000 rows twice gave the same recall for the same rows looked at as four
# times (.998 at a tenth of them), and takes a quarter of the training (docs/decisions/0020).
_LISTS_PER_ROOT = 2
# Rows that each list is trained on, and rounds: what FAISS calls enough (39) and a half more; 9 s for 200,000 rows.
_TRAINED_PER_LIST = 64
_ROUNDS = 10
_SEED = 20130101
# Rows that are turned to float32 at once while writing: 100 MB at 384 dimensions.
_SLICE = 65_536

# Share of the allowed rows, and how many times the hits wanted, that the first look takes in.
_FIRST_SHARE = 0.02
_FIRST_PER_HIT = 4
# Hits that the choice of further lists is made for: of the first so many at most a share is expected elsewhere. A
# search for hundreds is cut by items afterwards, so its last hits need not cost a look at most of the lists. Fewer are
# missed than expected, but where a filter takes some of a list, those stray otherwise than all of it do.
_SURE_HITS = 50
_MISSED = 0.25
_MISSED_FILTERED = 0.05
# Rows by which a list's spread is measured when it is opened.
_SAMPLED = 512


def build_lists(vectors: npt.NDArray[np.floating], threads: int) -> faiss.IndexIVFScalarQuantizer:
    """Return float16 inverted lists of unit vectors, each list's centre being the mean of its members."""
    faiss.omp_set_num_threads(threads)
    rows, dimension = vectors.shape
    lists = min(rows, round(_LISTS_PER_ROOT * rows**0.5))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # noqa: FBT003 - by_residual; FAISS takes it by place
    )
    index.cp.spherical = True
    index.cp.seed = _SEED
    index.cp.niter = _ROUNDS
    index.cp.min_points_per_centroid = 1
    index.cp.max_points_per_centroid = _TRAINED_PER_LIST
    step = max(1, rows // (lists * _TRAINED_PER_LIST))
    index.train(np.ascontiguousarray(vectors[::step], dtype=np.float32))
    for start in range(0, rows, _SLICE):
        index.add(np.ascontiguousarray(vectors[start : start + _SLICE], dtype=np.float32))
    _centre(index)
    return index


def _centre(index: faiss.IndexIVFScalarQuantizer) -> None:
    """Put the mean of its members in place of each list's direction: the mean's length tells how far they stray."""
    means = index.quantizer.reconstruct_n(0, index.nlist)
    members: Any = index.invlists
    for place in range(index.nlist):
        size = members.list_size(place)
        if size:
            codes = faiss.rev_swig_ptr(members.get_codes(place), size * index.code_size)
            means[place] = index.sq.decode(codes.reshape(size, -1)).mean(axis=0, dtype=np.float64)
    index.quantizer.reset()
    index.quantizer.add(means)


class Lists:
    """Which of an index's lists to look at."""

    def __init__(self, index: faiss.IndexIVFScalarQuantizer, codes: Codes) -> None:
        """Take an index that `build_lists` made, and the places of its rows.

        Raises:
            ValueError: the places are those of an index without lists.
        """
        if codes.list_of is None:
            raise ValueError("the index has no lists")
        self._list_of = codes.list_of
        self._sizes = np.bincount(self._list_of, minlength=index.nlist)
        self._means = index.quantizer.reconstruct_n(0, index.nlist)
        stray = np.clip(1 - np.square(self._means, dtype=np.float64).sum(axis=1), 0, 1)
        self._spread = np.maximum(np.sqrt(stray * self._shared(codes)), 1e-3)

    def _shared(self, codes: Codes) -> float:
        """Return how much of a member's way from its mean falls, on average, in the direction of another vector."""
        rows = np.unique(np.linspace(0, len(self._list_of) - 1, _SAMPLED).astype(np.int64))
        vectors = codes.take(rows).astype(np.float32)
        own = self._list_of[rows]
        away = vectors - self._means[own]
        squares = np.square(vectors @ away.T, dtype=np.float64)[own[:, None] != own[None]]
        length = float(np.square(away, dtype=np.float64).sum(axis=1).mean())
        return float(squares.mean()) / length if length > 0 and len(squares) else 1.0

    def counts(self, allowed: BoolArray | None) -> IntArray:
        """Return how many allowed rows each list holds."""
        if allowed is None:
            return self._sizes
        return np.bincount(self._list_of[allowed], minlength=len(self._sizes))

    def nearness(self, query: FloatArray) -> FloatArray:
        """Return the mean cosine of each list's members with a query."""
        near: FloatArray = self._means @ query
        return near

    @staticmethod
    def first(nearness: FloatArray, counts: IntArray, wanted: int) -> IntArray:
        """Return the nearest lists that hold several times the hits wanted and a share of what is allowed."""
        order = np.argsort(-nearness, kind="stable")
        order = order[counts[order] > 0]
        held = np.cumsum(counts[order])
        least = min(int(held[-1]), max(_FIRST_PER_HIT * wanted, int(_FIRST_SHARE * held[-1])))
        return order[: int(np.searchsorted(held, least)) + 1]

    def further(self, nearness: FloatArray, counts: IntArray, seen: IntArray, scores: FloatArray) -> IntArray:
        """Return the lists outside `seen` that may hold better rows than the scores found, best first, promise.

        Members stray from their list's mean about normally, so that of n members n * P(normal > distance) are expected
        above a score. Lists are taken, the most promising first, until what is expected in the rest is a small share of
        the hits.
        """
        sure = min(_SURE_HITS, len(scores))
        missed = sure * (_MISSED if counts is self._sizes else _MISSED_FILTERED)
        distance = np.maximum((scores[sure - 1] - nearness) / self._spread, 0)
        expected = counts * _above(distance)
        expected[seen] = 0
        order = np.argsort(-expected, kind="stable")
        left = expected.sum() - np.cumsum(expected[order])
        if expected.sum() <= missed:
            return order[:0]
        enough = int(np.count_nonzero(left > missed)) + 1
        return order[:enough]


def _above(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the share of a normal distribution above some distances >= 0 (Borjesson and Sundberg 1979, within 1%)."""
    density = np.exp(-np.square(distance) / 2) / np.sqrt(2 * np.pi)
    above: npt.NDArray[np.float64] = density / (0.661 * distance + 0.339 * np.sqrt(np.square(distance) + 5.51))
    return above
