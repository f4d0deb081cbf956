"""Which item a row, a key and a slot are: the three names by which answers, callers and words know it."""

from collections.abc import Sequence

import numpy as np

from config.errors import IndexFault
from indexer.columns import BoolArray, IntArray
from indexer.index import ItemKey
from indexer.store.generation import SegmentSet
from indexer.store.manifest import Manifest
from indexer.store.rows import NO_ROW

_KNOWN = 20_000


class ItemKeys:
    """The items of a generation by row, by key and by slot; safe to share between threads."""

    def __init__(self, held: SegmentSet, manifest: Manifest) -> None:
        """Number the items of a generation's segments."""
        self._held = held
        self._rows = held.rows
        self._slots = np.empty(self._rows.total, dtype=np.int64)
        self._of_slot = np.full(manifest.next_slot, NO_ROW, dtype=np.int32)
        for place, entry in enumerate(manifest.segments):
            mine = self._rows.in_segment(place)
            self._slots[mine] = entry.first_slot + self._rows.item[mine]
            self._of_slot[self._slots[mine]] = mine
        self._known: dict[ItemKey, int] = {}

    def slots(self, mask: BoolArray) -> BoolArray:
        """Return which slots some rows have."""
        found = np.zeros(len(self._of_slot), dtype=np.bool_)
        found[self._slots[np.flatnonzero(mask)]] = True
        return found

    def of_slots(self, slots: Sequence[int]) -> IntArray:
        """Return the rows of the items that have some slots.

        Raises:
            IndexFault: no item has one.
        """
        numbers = np.asarray(slots, dtype=np.int64)
        known = (numbers >= 0) & (numbers < len(self._of_slot))
        rows = self._of_slot[np.where(known, numbers, 0)].astype(np.int64) if len(self._of_slot) else -numbers - 1
        if not known.all() or (rows == NO_ROW).any():
            raise IndexFault("the words of the index are damaged: they hold an item that is none")
        return rows

    def at(self, rows: Sequence[int]) -> list[ItemKey]:
        """Return the keys of some rows."""
        numbers = np.asarray(rows, dtype=np.int64)
        places, items = self._rows.segment[numbers], self._rows.item[numbers]
        letters = self._rows.letter_number[self._rows.letter[numbers]]
        found: dict[int, ItemKey] = {}
        for place in np.unique(places).tolist():
            mine = np.flatnonzero(places == place)
            arrays = self._held.segments[place].arrays
            ids, told = arrays["ids"][letters[mine]].tolist(), arrays["number"][items[mine]].tolist()
            for row, name, number in zip(numbers[mine].tolist(), ids, told, strict=True):
                found[row] = ItemKey(name.decode(errors="surrogateescape"), number)
        if len(self._known) + len(found) > _KNOWN:
            self._known.clear()
        self._known.update((key, row) for row, key in found.items())
        return [found[row] for row in rows]

    def row(self, key: ItemKey) -> int | None:
        """Return the row of an item, or None where it is not held."""
        # Whoever asks for an item has most often just found it.
        known = self._known.get(key)
        if known is not None:
            return known
        found = self._held.find(key.determination_id)
        if found is None:
            return None
        place, letter = found
        arrays = self._held.segments[place].arrays
        start, end = arrays["first"][letter : letter + 2].tolist()
        item = next((item for item in range(start, end) if arrays["number"][item] == key.item), None)
        return None if item is None else int(self._rows.of_item[place][item])
