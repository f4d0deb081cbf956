"""The facts of items as arrays: each distinct record once, and for every item which one is its own.

Many items have the same facts (a denial of tramadol for the lumbar spine), so hundreds of them are a look into an array
and a few decoded records.
"""

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from config.errors import IndexFault
from indexer.columns import IntArray
from indexer.facts import ItemFacts, facts_of
from indexer.records import Determination

FACTS = "facts"

# Decoded facts that are kept, at about a kilobyte each.
_CACHED = 16384
# Plain numbers without a header: numpy reads a damaged header as a program and raises whatever comes of it.
_CODE, _ENDS, _RECORDS = "code.i4", "ends.i8", "records.bin"
_KINDS = {_CODE: "<i4", _ENDS: "<i8", _RECORDS: "u1"}


def write_facts(folder: Path, determinations: Iterable[Determination]) -> None:
    """Write the facts of letters into a folder that is not there; item i is the i-th of them all.

    Record c lies in `records` from the end of the one before it to `ends[c]`; item i has record `code[i]`.
    """
    folder.mkdir()
    records: dict[bytes, int] = {}
    code = [records.setdefault(record, len(records)) for record in _encoded(determinations)]
    np.asarray(code, dtype=_KINDS[_CODE]).tofile(folder / _CODE)
    np.cumsum([len(record) for record in records], dtype=_KINDS[_ENDS]).tofile(folder / _ENDS)
    (folder / _RECORDS).write_bytes(b"".join(records))


class Facts:
    """Facts opened for reading: mapped into memory, so that what is not asked for is not read."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_facts` wrote.

        Raises:
            OSError: a file is missing.
            ValueError: the files do not go together.
        """
        self._code, self._ends, records = (_mapped(folder, name) for name in (_CODE, _ENDS, _RECORDS))
        self._records = records.data
        if len(records) != (self._ends[-1] if len(self._ends) else 0):
            raise ValueError("facts end elsewhere than their records")
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

    def _decode(self, code: int) -> ItemFacts:
        try:
            start = int(self._ends[code - 1]) if code else 0
            return msgspec.msgpack.decode(self._records[start : int(self._ends[code])], type=ItemFacts)
        except (IndexError, ValueError, msgspec.DecodeError) as error:
            raise IndexFault(f"the facts of the index are damaged: record {code}: {error}") from None


def facts_problems(folder: Path, determinations: Iterable[Determination]) -> Iterator[str]:
    """Yield what is wrong with the facts of letters that stand in their order."""
    try:
        facts = Facts(folder)
        number = 0
        for determination in determinations:
            for item in determination.items:
                if number < len(facts) and facts.at(np.asarray([number])) != [facts_of(determination, item)]:
                    yield f"the facts of {determination.id} item {item.number} are not its own"
                number += 1
    except (IndexFault, OSError, ValueError) as error:
        yield f"cannot be read: {error}"
        return
    if number != len(facts):
        yield f"holds the facts of {len(facts)} items, the letters have {number}"


def _encoded(determinations: Iterable[Determination]) -> Iterator[bytes]:
    for determination in determinations:
        for item in determination.items:
            yield msgspec.msgpack.encode(facts_of(determination, item))


def _mapped(folder: Path, name: str) -> npt.NDArray[Any]:
    path, kind = folder / name, np.dtype(_KINDS[name])
    # Nothing can be mapped of an empty file.
    return np.asarray(np.memmap(path, dtype=kind, mode="r")) if path.stat().st_size else np.zeros(0, dtype=kind)
