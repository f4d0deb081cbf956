"""Where an opened FAISS index keeps the float16 code of each row, so that some rows can be read at memory's speed.

FAISS's own reading of rows from inverted lists takes 1.3 us each, this .3 (docs/decisions/0020).
"""

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

HalfArray = npt.NDArray[np.float16]
IntArray = npt.NDArray[np.int64]


class Codes:
    """The stored vectors of an index, flat or in lists, read where they lie: the index must be kept as long."""

    def __init__(self, index: faiss.Index) -> None:
        """Find the place of each row.

        Raises:
            RuntimeError: the index is of another kind than `write_vectors` makes.
        """
        self._index = index
        self.list_of: npt.NDArray[np.int32] | None = None
        start: Any
        if isinstance(index, faiss.IndexIVFScalarQuantizer):
            self._places, self.list_of, start = _in_lists(index)
        elif isinstance(index, faiss.IndexScalarQuantizer):
            self._places, start = np.arange(index.ntotal) * index.d, index.codes.data()
        else:
            raise RuntimeError("not an index of float16 codes")  # noqa: TRY004 - what FAISS raises of other files
        self._vectors = _at_every_place(start, self._places, index.d)

    def take(self, rows: IntArray) -> HalfArray:
        """Return some vectors as they are stored, float16 of shape (rows, dimension)."""
        taken: HalfArray = self._vectors[self._places[rows]]
        return taken

    def by_place(self, rows: IntArray) -> IntArray:
        """Return rows in the order in which they are stored, which is the quickest to read them in."""
        return rows if self.list_of is None else rows[np.argsort(self._places[rows])]


def _in_lists(index: faiss.IndexIVFScalarQuantizer) -> tuple[IntArray, npt.NDArray[np.int32], Any]:
    """Return the place of each row in components after the first list's start, the list of each, and that start."""
    held: Any = index.invlists
    filled = [one for one in range(index.nlist) if held.list_size(one)]
    starts = {one: int(held.get_codes(one)) for one in filled}
    lowest = min(filled, key=starts.__getitem__, default=0)
    places = np.zeros(index.ntotal, dtype=np.int64)
    list_of = np.zeros(index.ntotal, dtype=np.int32)
    for one in filled:
        size = held.list_size(one)
        rows = faiss.rev_swig_ptr(held.get_ids(one), size)
        places[rows] = (starts[one] - starts[lowest]) // 2 + np.arange(size) * index.d
        list_of[rows] = one
    return places, list_of, held.get_codes(lowest)


def _at_every_place(start: Any, places: IntArray, dimension: int) -> HalfArray:  # noqa: ANN401 - a pointer of FAISS
    """Return the vectors that begin at each component from a start on; only those of `places` are whole ones."""
    if not len(places):
        return np.zeros((0, dimension), dtype=np.float16)
    last = int(places.max())
    components = faiss.rev_swig_ptr(start, 2 * (last + dimension)).view(np.float16)
    return as_strided(components, (last + 1, dimension), components.strides * 2, writeable=False)
