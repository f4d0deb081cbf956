"""The vectors of a segment: unit vectors in FAISS as float16, read through a map of the file.

Few rows, or few allowed ones, are searched exactly; many through inverted lists (indexer/store/inverted.py). Worker
processes that open the same file share its pages.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embed import FloatArray
from indexer.store.inverted import BoolArray, IntArray, Lists, build_lists

# FAISS's stubs know nothing of the keywords that its Python layer adds to its parameters.
_FAISS: Any = faiss

# Up to so many rows a file is flat and searched exactly: 5 ms at 384 dimensions (docs/decisions/0020).
FLAT_ROWS = 50_000
# Up to this share of the rows, allowed ones are fetched and compared one by one: 1.3 us each, where FAISS takes 2.5 ns
# for every row's bit and .3 us for each allowed row (docs/decisions/0020).
GATHERED_SHARE = 0.002
# Up to so many allowed rows all lists are looked at, in one pass, so that the search is exact.
EXACT_ROWS = 10_000
# Rounding to the 11 bits of a float16 changes a component by at most this share of it, and the length of a vector of d
# components of like size by less than four times this over the root of d: so near are products and cosines.
_ROUNDING = 2.0**-12
# Passages fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32
# Rows that are read at once, and rows whose cosines are worked out at once: 0.8 MB, which stays in the cache.
_SLICE = 8_192
_SCORED = 256


class VectorHit(NamedTuple):
    """A passage row and its cosine with the query."""

    passage: int
    score: float


def write_vectors(path: Path, vectors: npt.NDArray[np.floating], threads: int = 1, flat_rows: int = FLAT_ROWS) -> None:
    """Write unit vectors, float16 or float32 of shape (passages, dimension), row i being passage i.

    An array on disk (np.memmap) is read in slices. More than `flat_rows` go into inverted lists.

    Raises:
        OSError: the disk refuses.
    """
    index = build_lists(vectors, threads) if len(vectors) > flat_rows else _flat(vectors)
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} could not be written: {error}") from error


def _flat(vectors: npt.NDArray[np.floating]) -> faiss.IndexScalarQuantizer:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True  # float16 has nothing to learn
    for start in range(0, len(vectors), _SLICE):
        index.add(np.ascontiguousarray(vectors[start : start + _SLICE], dtype=np.float32))
    return index


class Vectors:
    """Vectors opened for reading."""

    def __init__(self, path: Path, threads: int) -> None:
        """Open the file that `write_vectors` made; FAISS uses `threads` threads from here on.

        Raises:
            RuntimeError: it is no such file.
        """
        faiss.omp_set_num_threads(threads)
        # Unlike IO_FLAG_MMAP it maps flat codes too, and starts no threads of its own to prefetch lists.
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._noise = 4 * _ROUNDING / max(1, self._index.d) ** 0.5
        self._lists = Lists(self._index) if isinstance(self._index, faiss.IndexIVFScalarQuantizer) else None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""
        return int(self._index.ntotal), int(self._index.d)

    @property
    def exact(self) -> bool:
        """Whether every search is exact: the file is flat."""
        return self._lists is None

    def search(self, vector: FloatArray, limit: int, allowed: BoolArray | None = None) -> list[VectorHit]:
        """Return the nearest passages, best first, equal scores by row: `limit` of them whenever so many are allowed.

        `allowed` says of every passage whether it may be returned. A score is the cosine of the query, of length one,
        with the stored vector.
        """
        total = int(self._index.ntotal) if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(limit, total)
        if wanted < 1:
            return []
        query = np.ascontiguousarray(vector.reshape(-1), dtype=np.float32)
        if total <= wanted + _SPARE:
            return self._scored(query, np.arange(total) if allowed is None else np.flatnonzero(allowed), wanted)
        if allowed is not None and total <= GATHERED_SHARE * len(allowed):
            scores, rows = self._gathered(query, np.flatnonzero(allowed))
        elif self._lists is None or total <= EXACT_ROWS:
            scores, rows = self._nearest(query, wanted, _selector(allowed), None)
        else:
            scores, rows = self._through_lists(self._lists, query, wanted, allowed)
        lowest = np.partition(scores, -wanted)[-wanted] - 2 * self._noise
        rows = rows[scores >= lowest]
        return self._scored(query, np.sort(rows), wanted)

    def _gathered(self, query: FloatArray, rows: IntArray) -> tuple[FloatArray, IntArray]:
        """Return the scores of some rows, and the rows."""
        starts = range(0, len(rows), _SCORED)
        return np.concatenate([self.take(rows[start : start + _SCORED]) @ query for start in starts]), rows

    def _through_lists(
        self, lists: Lists, query: FloatArray, wanted: int, allowed: BoolArray | None
    ) -> tuple[FloatArray, IntArray]:
        """Return scores and rows of the nearest of the lists that are worth a look."""
        selector = _selector(allowed)
        nearness, counts = lists.nearness(query), lists.counts(allowed)
        first = lists.first(nearness, counts, wanted)
        scores, rows = self._nearest(query, wanted, selector, first)
        further = lists.further(nearness, counts, first, np.sort(scores)[::-1][:wanted])
        if not len(further):
            return scores, rows
        more, others = self._nearest(query, wanted, selector, further)
        return np.concatenate([scores, more]), np.concatenate([rows, others])

    def _nearest(
        self,
        query: FloatArray,
        wanted: int,
        selector: Any,  # noqa: ANN401 - see _FAISS
        lists: IntArray | None,
    ) -> tuple[FloatArray, IntArray]:
        """Return scores and rows of the nearest and of all that may tie with the last; from some lists or from all."""
        parameters = self._parameters(selector, lists)
        scores, rows = self._index.search(query[None], wanted + _SPARE, params=parameters)
        found = rows[0] >= 0
        if found.all() and scores[0][-1] >= (lowest := scores[0][wanted - 1] - 2 * self._noise):
            _, near, ties = self._index.range_search(query[None], lowest, params=parameters)
            return near, ties
        return scores[0][found], rows[0][found]

    def _parameters(self, selector: Any, lists: IntArray | None) -> Any:  # noqa: ANN401 - see _FAISS
        if self._lists is None:
            return _FAISS.SearchParameters(sel=selector)
        if lists is None:
            return _FAISS.SearchParametersIVF(sel=selector, nprobe=self._lists.number)
        chosen = _FAISS.SearchParameters(sel=_FAISS.IDSelectorBatch(lists))
        return _FAISS.SearchParametersIVF(sel=selector, nprobe=len(lists), quantizer_params=chosen)

    def _scored(self, query: FloatArray, rows: IntArray, wanted: int) -> list[VectorHit]:
        """Return the best of some rows in ascending order, best first; equal vectors have exactly equal scores."""
        scores = np.concatenate(
            [_cosines(query, self.take(rows[start : start + _SCORED])) for start in range(0, len(rows), _SCORED)]
        )
        order = np.argsort(-scores, kind="stable")[:wanted]
        return [VectorHit(int(rows[place]), float(scores[place])) for place in order]

    def all(self) -> FloatArray:
        """Return every vector, float32 of shape (passages, dimension)."""
        return self.take(np.arange(self._index.ntotal))

    def slices(self) -> Iterator[FloatArray]:
        """Return every vector in the order of rows, some thousands at a time."""
        for start in range(0, self._index.ntotal, _SLICE):
            yield self.take(np.arange(start, min(start + _SLICE, self._index.ntotal)))

    def take(self, rows: IntArray) -> FloatArray:
        """Return some vectors as they are stored, float32 of shape (rows, dimension)."""
        found: FloatArray = self._index.reconstruct_batch(rows)
        return found


def _selector(allowed: BoolArray | None) -> Any:  # noqa: ANN401 - see _FAISS
    return None if allowed is None else _FAISS.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _cosines(query: FloatArray, vectors: FloatArray) -> npt.NDArray[np.float64]:
    exact = vectors.astype(np.float64)
    lengths = np.sqrt(np.square(exact).sum(axis=1))
    products = (exact * query).sum(axis=1)
    cosines: npt.NDArray[np.float64] = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return cosines
