"""A decided item with its letter: read where it is shown or quoted, for ranking does without (`indexer/facts.py`)."""

from typing import NamedTuple

from indexer.index import Index, ItemKey
from indexer.records import Determination, DisputedItem


class Decided(NamedTuple):
    """A disputed item and the letter that decides it."""

    determination: Determination
    item: DisputedItem


def decided(index: Index, key: ItemKey) -> Decided:
    """Return an item that an index listed.

    Raises:
        LookupError: the index does not hold it.
    """
    determination = index.determination(key.determination_id)
    item = determination.item(key.item) if determination else None
    if determination is None or item is None:
        raise LookupError(f"the index lists {key} and does not hold it")
    return Decided(determination, item)
