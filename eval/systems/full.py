"""full: what the service serves, unfolded into disputed items."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Protocol

from eval.datasets import Query
from eval.items import ItemNames, excluding
from eval.runs import by_place
from indexer.filters import Filters
from indexer.index import Index, ItemKey
from service.records import Precedent, SearchAnswer

# The most that the service gives for one requested item.
_MOST = 100


class Searcher(Protocol):
    """The part of `service.precedents.PrecedentService` that is measured."""

    def search(self, text: str, filters: Filters = ..., limit: int = ...) -> SearchAnswer:
        """Find precedents."""
        ...


class Full:
    """The service over an index."""

    def __init__(self, service: Searcher, index: Index, name: str = "full") -> None:
        """Measure a service; the index is its own, for the items' names."""
        self.name = name
        self._service = service
        self._names = ItemNames(index)

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """List the answer's items; scores are 1 / place, for those of different requests do not compare."""
        answer = self._service.search(query.text, excluding(query), limit=min(limit, _MOST))
        excluded = self._names.excluded(query)
        ids = [self._names.of(key) for key in unfold(answer.results)]
        return by_place([corpus_id for corpus_id in ids if corpus_id not in excluded])[:limit]


def unfold(results: Sequence[Precedent]) -> Iterator[ItemKey]:
    """Yield items by rank, the requests in turn, duplicates right after their representative."""
    requests: dict[int, list[Precedent]] = {}
    for precedent in sorted(results, key=lambda found: (found.request, found.rank)):
        requests.setdefault(precedent.request, []).append(precedent)
    for turn in zip_longest(*requests.values()):
        for precedent in turn:
            if precedent is not None:
                yield ItemKey(precedent.determination_id, precedent.item)
                yield from (ItemKey(other.determination_id, other.item) for other in precedent.duplicates)
