"""The values of a segment's items by field: what they are filtered and counted by."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from indexer.columns import CITED_FIELDS, Values, cited_pairs, values_from, values_of
from indexer.filters import FACETS
from indexer.records import Determination, Reason
from indexer.store.arrays import Array, Arrays

FIELDS = (*FACETS, *CITED_FIELDS)
_NAMES = "values.json"


def fresh_values(determinations: Sequence[Determination], reasons: Sequence[Iterable[Reason]]) -> dict[str, Values]:
    """Return the values of the items of some letters, numbered in order; `reasons` are those of each item."""
    pairs: dict[str, set[tuple[str, int]]] = {field: set() for field in FIELDS}
    number = 0
    for letter in determinations:
        for item in letter.items:
            for field, value in values_of(letter, item):
                pairs[field].add((value, number))
            pairs["reason"].update((one.code, number) for one in reasons[number])
            number += 1
    for field, value, item_number in cited_pairs(determinations):
        pairs[field].add((value, item_number))
    return {field: values_from(sorted(found)) for field, found in pairs.items()}


def write_values(folder: Path, values: Mapping[str, Values]) -> dict[str, Array]:
    """Write the names of values; return the arrays that go with them."""
    names = {field: found.names for field, found in values.items()}
    (folder / _NAMES).write_bytes(msgspec.json.encode(names))
    return {_array(field): np.stack([found.code, found.row]).astype(np.int32) for field, found in values.items()}


def read_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names of a segment's values by field.

    Raises:
        OSError: the file cannot be read.
        msgspec.DecodeError: it is damaged.
    """
    return msgspec.json.decode((folder / _NAMES).read_bytes(), type=dict[str, tuple[str, ...]])


def read_values(arrays: Arrays, names: Mapping[str, tuple[str, ...]], field: str) -> Values:
    """Return the values of a field; rows are numbers of the segment's items."""
    code, row = arrays[_array(field)]
    return Values(names.get(field, ()), code, row)


def _array(field: str) -> str:
    return f"values-{field}"
