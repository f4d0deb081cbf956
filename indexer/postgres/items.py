"""The live items of a generation in memory: which row, key and letter each number of the base is."""

import bisect
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.columns import BoolArray, IntArray
from indexer.index import ItemKey
from indexer.postgres.base import Base
from indexer.postgres.servers import Connection

NO_ROW = -1

_LETTERS = "SELECT letter, id FROM {letter} WHERE {live} ORDER BY id"
_ITEMS = "SELECT item, letter, number, passages, label, plain_length, stem_length FROM {item} WHERE {live}"


class Items(NamedTuple):
    """Row r is item `item[r]` of the base, number `number[r]` of letter `names[letter[r]]`, in order of key.

    `saying[r]` is the row of the item that stands for it; `row_of[i]` the row of item i, or NO_ROW. The lengths are in
    terms, plain and stemmed. An item takes 60 bytes, a letter's name about 80.
    """

    names: tuple[str, ...]
    letter: IntArray
    number: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    passages: npt.NDArray[np.int32]
    saying: IntArray
    lengths: dict[bool, IntArray]
    row_of: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of live items."""
        return len(self.item)

    def key(self, row: int) -> ItemKey:
        """Return the item at a row."""
        return ItemKey(self.names[int(self.letter[row])], int(self.number[row]))

    def row(self, key: ItemKey) -> int:
        """Return the row of an item, or NO_ROW."""
        place = bisect.bisect_left(self.names, key.determination_id)
        if self.names[place : place + 1] != (key.determination_id,):
            return NO_ROW
        first, end = np.searchsorted(self.letter, [place, place + 1]).tolist()
        found = np.flatnonzero(self.number[first:end] == key.item)
        return first + int(found[0]) if len(found) else NO_ROW

    @property
    def live(self) -> BoolArray:
        """Return which numbers of the base are live."""
        found: BoolArray = self.row_of >= 0
        return found

    def by_number(self, column: IntArray) -> IntArray:
        """Return a column of rows as a column of the base's numbers, 0 where an item is not live."""
        found = np.zeros(len(self.row_of), dtype=np.int64)
        found[self.item] = column
        return found


def read_items(connection: Connection, base: Base, generation: int) -> Items:
    """Read the live items of a generation."""
    cursor = connection.cursor(binary=True)
    letters = cursor.execute(base.statement(_LETTERS), {"g": generation}).fetchall()
    place_of = {number: place for place, (number, _) in enumerate(letters)}
    kind = np.dtype((np.int64, 7))
    table = np.fromiter(cursor.execute(base.statement(_ITEMS), {"g": generation}), dtype=kind)
    item, letter, number, passages, label, plain, stems = np.ascontiguousarray(table.T)
    place = np.fromiter((place_of[one] for one in letter.tolist()), dtype=np.int64, count=len(letter))
    order = np.lexsort((number, place))
    item = item[order]
    # The first member of a group stands for it.
    _, first, group = np.unique(label[order], return_index=True, return_inverse=True)
    row_of = np.full(int(item.max(initial=-1)) + 1, NO_ROW, dtype=np.int32)
    row_of[item] = np.arange(len(item))
    return Items(
        names=tuple(name for _, name in letters),
        letter=place[order],
        number=number[order].astype(np.int32),
        item=item.astype(np.int32),
        passages=passages[order].astype(np.int32),
        saying=first[group].astype(np.int64),
        lengths={False: plain[order], True: stems[order]},
        row_of=row_of,
    )
