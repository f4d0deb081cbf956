"""The vectors of a segment: unit vectors in FAISS as float16, read through a map of the file.

Few rows, or few allowed ones, are searched exactly; many through inverted lists (indexer/store/inverted.py). Worker
processes that open the same file share its pages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embed import FloatArray
from indexer.store.codes import Codes, IntArray
from indexer.store.inverted import BoolArray, Lists, build_lists

# FAISS's stubs know nothing of the keywords that its Python layer adds to its parameters.
_FAISS: Any = faiss

# Up to so many rows a file is flat and searched exactly: 5 ms at 384 dimensions (docs/decisions/0020).
FLAT_ROWS = 50_000
# Up to so many allowed rows of those in lists are all compared: .4 us each, where FAISS with a selector takes 2.5 ns
# for every row's bit and .3 us for each allowed row (docs/decisions/0020).
EXACT_ROWS = 20_000
# Rounding to the 11 bits of a float16 changes a component by at most this share of it, and the length of a vector of d
# components of like size by less than four times this over the root of d: so near are products and cosines.
_ROUNDING = 2.0**-12
# Passages fetched beyond the limit, which usually tell that nothing ties with the last: about so many of the farthest
# tenth of a million lie within the rounding of the nearest of them.
_SPARE = 256
# By how much more is fetched where they do not: text that stands in thousands of letters is thousands of equal vectors.
_MORE = 64
# Rows that are read at once, that are compared at once, and whose cosines are worked out at once, in the cache.
_SLICE = 8_192
_COMPARED = 4_096
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
    index = _flat_index(vectors.shape[1])
    for start in range(0, len(vectors), _SLICE):
        index.add(np.ascontiguousarray(vectors[start : start + _SLICE], dtype=np.float32))
    return index


def _flat_index(dimension: int) -> faiss.IndexScalarQuantizer:
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True  # float16 has nothing to learn
    return index


class Vectors:
    """Vectors opened for reading."""

    def __init__(self, path: Path) -> None:
        """Open the file that `write_vectors` made.

        Raises:
            RuntimeError: it is no such file.
        """
        # Unlike IO_FLAG_MMAP it maps flat codes too, and starts no threads of its own to prefetch lists.
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._noise = 4 * _ROUNDING / max(1, self._index.d) ** 0.5
        self._codes = Codes(self._index)
        self._lists = (
            Lists(self._index, self._codes) if isinstance(self._index, faiss.IndexIVFScalarQuantizer) else None
        )

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
        if self._lists is None:
            scores, rows = self._nearest(self._index, query, wanted, _FAISS.SearchParameters(sel=_selector(allowed)))
        elif allowed is not None and total <= EXACT_ROWS:
            scores, rows = self._compared(query, wanted, np.flatnonzero(allowed))
        else:
            scores, rows = self._through_lists(self._lists, query, wanted, allowed)
        lowest = np.partition(scores, -wanted)[-wanted] - 2 * self._noise
        rows = rows[scores >= lowest]
        return self._scored(query, np.sort(rows), wanted)

    def _compared(self, query: FloatArray, wanted: int, rows: IntArray) -> tuple[FloatArray, IntArray]:
        """Return scores and rows of the nearest of some rows and of all that may tie with the last."""
        some, rows = _flat_index(self._index.d), self._codes.by_place(rows)
        scores, found = np.empty(0, dtype=np.float32), rows[:0]
        for start in range(0, len(rows), _COMPARED):
            part = rows[start : start + _COMPARED]
            faiss.copy_array_to_vector(self._codes.take(part).view(np.uint8).ravel(), some.codes)
            some.ntotal = len(part)
            near, places = self._nearest(some, query, min(wanted, len(part)), None)
            scores, found = np.concatenate([scores, near]), np.concatenate([found, part[places]])
        return scores, found

    def _through_lists(
        self, lists: Lists, query: FloatArray, wanted: int, allowed: BoolArray | None
    ) -> tuple[FloatArray, IntArray]:
        """Return scores and rows of the nearest of the lists that are worth a look."""
        selector = _selector(allowed)
        nearness, counts = lists.nearness(query), lists.counts(allowed)
        first = lists.first(nearness, counts, wanted)
        scores, rows = self._nearest(self._index, query, wanted, _of_lists(selector, first))
        further = lists.further(nearness, counts, first, np.sort(scores)[::-1][:wanted])
        if not len(further):
            return scores, rows
        more, others = self._nearest(self._index, query, wanted, _of_lists(selector, further))
        return np.concatenate([scores, more]), np.concatenate([rows, others])

    def _nearest(
        self,
        index: faiss.Index,
        query: FloatArray,
        wanted: int,
        parameters: Any,  # noqa: ANN401 - see _FAISS
    ) -> tuple[FloatArray, IntArray]:
        """Return scores and rows of an index's nearest and of all that may tie with the last of those wanted."""
        fetched = wanted + _SPARE
        with _one_thread():
            while True:
                scores, rows = (
                    found[0] for found in index.search(query[None], min(fetched, index.ntotal), params=parameters)
                )
                there = rows >= 0
                if fetched >= index.ntotal or not there.all() or scores[-1] < scores[wanted - 1] - 2 * self._noise:
                    return scores[there], rows[there]
                fetched *= _MORE

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
        return self._codes.take(rows).astype(np.float32)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep FAISS to this thread: it finds no work for others in a single query, but wakes them and lets them spin."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _selector(allowed: BoolArray | None) -> Any:  # noqa: ANN401 - see _FAISS
    return None if allowed is None else _FAISS.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _of_lists(selector: Any, lists: IntArray) -> Any:  # noqa: ANN401 - see _FAISS
    chosen = _FAISS.SearchParameters(sel=_FAISS.IDSelectorBatch(lists))
    return _FAISS.SearchParametersIVF(sel=selector, nprobe=len(lists), quantizer_params=chosen)


def _cosines(query: FloatArray, vectors: FloatArray) -> npt.NDArray[np.float64]:
    exact = vectors.astype(np.float64)
    lengths = np.sqrt(np.square(exact).sum(axis=1))
    products = (exact * query).sum(axis=1)
    cosines: npt.NDArray[np.float64] = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return cosines
