"""Passages that are near a vector, of all segments of a generation together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import IntArray
from indexer.store.arrays import Array


class Near(NamedTuple):
    """Passages with their scores, the rows of their items, and their numbers in their segments."""

    score: npt.NDArray[np.float64]
    row: IntArray
    passage: IntArray
    segment: IntArray

    def best(self, most: int | None = None) -> "Near":
        """Return them in the order in which they are told: best first, equal scores by row and place."""
        order = np.lexsort((self.segment, self.passage, self.row, -self.score))
        return self._at(order if most is None else order[: max(most, 0)])

    def once(self) -> "Near":
        """Return each passage once, in any order."""
        number = self.segment * (int(self.passage.max(initial=0)) + 1) + self.passage
        return self._at(np.unique(number, return_index=True)[1])

    def of_passages(self, parts: Sequence[Array]) -> list[int]:
        """Return their entries of an array that each segment has."""
        found = np.empty(len(self.row), dtype=np.int64)
        for place, part in enumerate(parts):
            mine = np.flatnonzero(self.segment == place)
            found[mine] = part[self.passage[mine]]
        return found.tolist()

    def _at(self, places: IntArray) -> "Near":
        return Near(self.score[places], self.row[places], self.passage[places], self.segment[places])


def together(parts: Sequence[Near]) -> Near:
    """Return the passages of some parts in a row; of no part, none."""
    none = np.zeros(0, dtype=np.int64)
    return Near(
        np.concatenate([np.zeros(0), *(part.score for part in parts)]),
        np.concatenate([none, *(part.row for part in parts)]),
        np.concatenate([none, *(part.passage for part in parts)]),
        np.concatenate([none, *(part.segment for part in parts)]),
    )
