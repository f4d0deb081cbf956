"""An index that remembers whose letters were read."""

from typing import Any

from indexer.index import Index
from indexer.records import Determination


class CountingIndex:
    """Another index, with the ids of the letters that were read from it, in order."""

    def __init__(self, index: Index) -> None:
        """Read from an index."""
        self._index = index
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Do as the index does."""
        return getattr(self._index, name)

    def determination(self, determination_id: str) -> Determination | None:
        """Return a determination and remember it."""
        self.read.append(determination_id)
        return self._index.determination(determination_id)
