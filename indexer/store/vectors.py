"""The vectors of a generation: unit vectors in FAISS, searched exactly."""

from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embed import FloatArray

VECTORS = "vectors.faiss"

# FAISS adds up in an order that depends on a row's place, so equal vectors may differ in the last digits there.
_NOISE = 1e-5
# Passages fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32


class VectorHit(NamedTuple):
    """A passage row and its cosine with the query."""

    passage: int
    score: float


def write_vectors(path: Path, vectors: FloatArray, threads: int = 1) -> None:
    """Write unit vectors, float32 of shape (passages, dimension), row i being passage i."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.asarray(vectors, dtype=np.float16).astype(np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} could not be written: {error}") from error


class Vectors:
    """Vectors opened for reading."""

    def __init__(self, path: Path, threads: int) -> None:
        """Open the file that `write_vectors` made; FAISS uses `threads` threads from here on."""
        faiss.omp_set_num_threads(threads)
        self._index = faiss.read_index(str(path))

    @property
    def shape(self) -> tuple[int, int]:
        """Number of vectors and their dimension."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, vector: FloatArray, limit: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[VectorHit]:
        """Return the nearest passages, best first, equal scores by row: `limit` of them whenever so many exist."""
        total = self._index.ntotal if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(limit, total)
        if wanted < 1:
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.flatnonzero(allowed))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(query, min(wanted + _SPARE, total), params=parameters)
        lowest = scores[0][wanted - 1] - _NOISE
        if rows.shape[1] < total and scores[0][-1] >= lowest:
            _, _, rows = self._index.range_search(query, lowest, params=parameters)
        return self._scored(query[0], np.sort(rows.ravel()))[:wanted]

    def _scored(self, query: FloatArray, rows: npt.NDArray[np.int64]) -> list[VectorHit]:
        """Return hits for some rows in ascending order, best first; equal vectors have exactly equal scores."""
        products = self._index.reconstruct_batch(rows).astype(np.float64) * query
        scores = products.sum(axis=1)
        order = np.argsort(-scores, kind="stable")
        return [VectorHit(int(rows[place]), float(scores[place])) for place in order]

    def all(self) -> FloatArray:
        """Return every vector, float32 of shape (passages, dimension)."""
        found: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return found

    def take(self, rows: npt.NDArray[np.int64]) -> FloatArray:
        """Return some vectors, float32 of shape (rows, dimension)."""
        found: FloatArray = self._index.reconstruct_batch(rows)
        return found
