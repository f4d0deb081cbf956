"""full: what the service serves, unfolded into disputed items."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Protocol

from eval.datasets import Query
from eval.items import ItemNames, excluding
from eval.runs import by_place
from indexer.filters import Filters
from indexer.index import Index, ItemKey
from service.records import DependentItem, DuplicateItem, Precedent, SearchAnswer

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
    """Yield items by rank, the requests in turn, duplicates right after their representative.

    Dependents stand where their own score puts them: folding them is for readers and tells nothing of relevance.
    """
    requests: dict[int, list[Precedent]] = {}
    for precedent in sorted(results, key=lambda found: (found.request, found.rank)):
        requests.setdefault(precedent.request, []).append(precedent)
    for turn in zip_longest(*map(_placed, requests.values())):
        for members in turn:
            yield from members or ()


def _placed(results: Sequence[Precedent]) -> Iterator[tuple[ItemKey, ...]]:
    """Yield one request's results, each with its duplicates, and among them their dependents by score."""
    dependents = [other for precedent in results for other in precedent.dependents]
    waiting = deque(sorted(dependents, key=lambda other: -other.score))
    for precedent in results:
        while waiting and waiting[0].score > precedent.score:
            yield (_key(waiting.popleft()),)
        yield (_key(precedent), *map(_key, precedent.duplicates))
    yield from ((_key(other),) for other in waiting)


def _key(listed: Precedent | DuplicateItem | DependentItem) -> ItemKey:
    return ItemKey(listed.determination_id, listed.item)
