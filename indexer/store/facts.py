"""The facts of items as arrays: each distinct record once, and for every item which one is its own.

Many items have the same facts (a denial of tramadol for the lumbar spine), so hundreds of them are a look into an array
and a few decoded records.
"""

import functools
from collections.abc import Iterable

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.columns import IntArray
from indexer.facts import ItemFacts
from indexer.store.arrays import Array, Arrays

# Decoded facts that are kept, at about a kilobyte each.
_CACHED = 16384
_CODE, _ENDS, _RECORDS = "facts_code", "facts_ends", "facts_records"


def packed_facts(encoded: Iterable[bytes]) -> dict[str, Array]:
    """Return the encoded facts of items, in their order, as arrays.

    Record c lies in `facts_records` from the end of the one before it to `facts_ends[c]`; item i has record
    `facts_code[i]`.
    """
    records: dict[bytes, int] = {}
    code = [records.setdefault(record, len(records)) for record in encoded]
    return {
        _CODE: np.asarray(code, dtype=np.int32),
        _ENDS: np.cumsum([len(record) for record in records], dtype=np.int64),
        _RECORDS: np.frombuffer(b"".join(records), dtype=np.uint8),
    }


class Facts:
    """The facts of a segment's items; what is not asked for is not read."""

    def __init__(self, arrays: Arrays) -> None:
        """Look into arrays that `packed_facts` made.

        Raises:
            ValueError: they do not go together.
        """
        self._code, self._ends, records = (arrays[name] for name in (_CODE, _ENDS, _RECORDS))
        if len(records) != (self._ends[-1] if len(self._ends) else 0):
            raise ValueError("facts end elsewhere than their records")
        self._records = records
        self._decoded = functools.lru_cache(maxsize=_CACHED)(self._decode)

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._code)

    def at(self, items: IntArray) -> list[ItemFacts]:
        """Return the facts of some items, in the order asked for.

        Raises:
            IndexFault: a record is damaged.
        """
        return [self._decoded(code) for code in self._code[items].tolist()]

    def encoded(self, item: int) -> bytes:
        """Return the facts of an item as `packed_facts` took them."""
        return self._record(int(self._code[item]))

    def _decode(self, code: int) -> ItemFacts:
        try:
            return msgspec.msgpack.decode(self._record(code), type=ItemFacts)
        except (IndexError, ValueError, msgspec.DecodeError) as error:
            raise IndexFault(f"the facts of the index are damaged: record {code}: {error}") from None

    def _record(self, code: int) -> bytes:
        start = int(self._ends[code - 1]) if code else 0
        return self._records[start : int(self._ends[code])].tobytes()
