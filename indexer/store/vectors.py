"""The vectors of a generation: unit vectors in FAISS, searched exactly."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from indexer.embed import FloatArray

VECTORS = "vectors.faiss"


class VectorHit(NamedTuple):
    """A passage row and its cosine with the query."""

    passage: int
    score: float


def write_vectors(path: Path, vectors: FloatArray) -> None:
    """Write unit vectors, float32 of shape (passages, dimension), row i being passage i."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


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

    def search(self, vector: FloatArray, limit: int, allowed: Sequence[int] | None = None) -> list[VectorHit]:
        """Return the nearest passages, best first, equal scores by row: `limit` of them whenever so many exist."""
        total = self._index.ntotal if allowed is None else len(allowed)
        wanted = min(limit, total)
        if wanted < 1:
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(query, wanted, params=parameters)
        hits = [VectorHit(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage))

    def all(self) -> FloatArray:
        """Return every vector, float32 of shape (passages, dimension)."""
        found: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return found
