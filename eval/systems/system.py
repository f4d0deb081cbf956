"""What a retrieval system is to the evaluation."""

from collections.abc import Callable
from typing import Protocol

from eval.datasets import Query

Exclude = Callable[[Query], frozenset[str]]
"""Names the corpus ids that may not be returned for a query."""


class System(Protocol):
    """Ranks a corpus for a query."""

    @property
    def name(self) -> str:
        """The name under which it is reported."""
        ...

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Return (corpus id, score) best first, at most `limit`, nothing of the query's excluded case."""
        ...
