"""Which item of which segment each row is: a row is an item's place in order of key among the live items."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import BoolArray, IntArray
from indexer.store.arrays import Array

Int32Array = npt.NDArray[np.int32]

NO_ROW = -1


class LetterList(NamedTuple):
    """The letters of a segment in order of id: letter i has the items first[i] to first[i + 1]; `dead` are numbers."""

    ids: Array
    first: Array
    dead: Array


class Rows(NamedTuple):
    """Row r is item `item[r]` of segment `segment[r]` and of live letter `letter[r]`; `of_item[s][i]` is its row.

    Live letters are counted in order of id: letter l is number `letter_number[l]` of segment `letter_segment[l]`.
    Items of letters that are dead have NO_ROW.
    """

    segment: npt.NDArray[np.int16]
    item: Int32Array
    letter: Int32Array
    letter_segment: npt.NDArray[np.int16]
    letter_number: Int32Array
    of_item: tuple[Int32Array, ...]

    @property
    def total(self) -> int:
        """The number of live items."""
        return len(self.item)

    def in_segment(self, number: int) -> IntArray:
        """Return the rows whose items a segment holds, ascending."""
        return np.flatnonzero(self.segment == number)


def rows_of(lists: Sequence[LetterList]) -> Rows:
    """Number the live items of some segments; a live letter is in one segment only."""
    numbers = [np.flatnonzero(_live(each)) for each in lists]
    segment = np.repeat(np.arange(len(lists)), [len(found) for found in numbers])
    number = _joined(numbers)
    starts = _joined([each.first[:-1][found] for each, found in zip(lists, numbers, strict=True)])
    sizes = _joined([np.diff(each.first)[found] for each, found in zip(lists, numbers, strict=True)])
    if sum(len(found) > 0 for found in numbers) > 1:
        ids = np.concatenate([np.asarray(each.ids)[found] for each, found in zip(lists, numbers, strict=True)])
        # Sorting stably takes runs as they are, so a small tail costs little beside a large base.
        order = np.argsort(ids, kind="stable")
        segment, number, starts, sizes = segment[order], number[order], starts[order], sizes[order]
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    item = (np.repeat(starts - (ends - sizes), sizes) + np.arange(total)).astype(np.int32)
    of_row = np.repeat(segment, sizes).astype(np.int16)
    return Rows(
        segment=of_row,
        item=item,
        letter=np.repeat(np.arange(len(sizes)), sizes).astype(np.int32),
        letter_segment=segment.astype(np.int16),
        letter_number=number.astype(np.int32),
        of_item=tuple(_inverse(of_row == place, item, int(each.first[-1])) for place, each in enumerate(lists)),
    )


def gathered(parts: Sequence[Array], places: Array, numbers: Array) -> Array:
    """Return an array of several segments in another order: entry e is entry `numbers[e]` of part `places[e]`.

    Args:
        parts: the array of each segment, at least one, alike but for its length.
        places: the segment of each entry.
        numbers: its number there.
    """
    kind = np.result_type(*(part.dtype for part in parts))
    found = np.empty((len(numbers), *parts[0].shape[1:]), dtype=kind)
    for place, part in enumerate(parts):
        mine = np.flatnonzero(places == place)
        found[mine] = part[numbers[mine]]
    return found


def _live(letters: LetterList) -> BoolArray:
    mask = np.ones(len(letters.first) - 1, dtype=np.bool_)
    mask[letters.dead] = False
    return mask


def _joined(parts: Sequence[Array]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


def _inverse(mine: BoolArray, item: Int32Array, size: int) -> Int32Array:
    rows = np.flatnonzero(mine)
    found = np.full(size, NO_ROW, dtype=np.int32)
    found[item[rows]] = rows
    return found
