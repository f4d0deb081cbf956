"""An indexed item as a request: what it asked for, and where it lies among the vectors."""

import msgspec
import numpy as np

from config.errors import NotFound
from indexer.embed import FloatArray
from indexer.filters import Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination
from service.understand import RequestedItem


def as_asked(letter: Determination, number: int) -> RequestedItem:
    """Return a disputed item as it would be asked for.

    Raises:
        NotFound: the letter has no such item.
    """
    item = letter.item(number)
    if item is None:
        raise NotFound(f"determination '{letter.id}' has no item {number}; it has {len(letter.items)}")
    return RequestedItem(
        text=item.request,
        treatments=item.treatments,
        body_regions=item.body_regions,
        laterality=item.laterality,
        quantity=item.quantity,
    )


def vector_of(key: ItemKey, index: Index) -> FloatArray:
    """Return the middle of an item's passages, shape (dimension,), of unit length."""
    middle = index.vectors(key).mean(axis=0)
    length = float(np.linalg.norm(middle))
    found: FloatArray = (middle / length if length else middle).astype(np.float32)
    return found


def without(letter: Determination, filters: Filters) -> Filters:
    """Return the filters that leave out a letter and other texts of its case."""
    own = (letter.id, *([letter.case_number] if letter.case_number else []))
    return msgspec.structs.replace(filters, exclude_cases=(*filters.exclude_cases, *own))
