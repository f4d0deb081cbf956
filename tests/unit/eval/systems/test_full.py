"""full: the service's answer, unfolded."""

from typing import Any

import msgspec

from eval.datasets import Query
from eval.systems.full import Full, unfold
from indexer.filters import NO_FILTERS, Filters
from indexer.index import ItemKey
from service.records import DependentItem, DuplicateItem, IndexState, Matched, Precedent, SearchAnswer


def precedent(request: int, rank: int, key: tuple[str, int], *duplicates: tuple[str, int]) -> Precedent:
    return Precedent(
        rank=rank,
        score=1 / rank,
        determination_id=key[0],
        case_number=None,
        item=key[1],
        title="t",
        outcome="upheld",
        decision_date=None,
        specialties=(),
        treatments=(),
        body_regions=(),
        request=request,
        passages=(),
        citations=(),
        decided_under=(),
        matched=Matched(
            concepts=(),
            category=None,
            ingredients=(),
            body_regions=(),
            laterality=(),
            terms=(),
            phrases=(),
            passage=None,
            similarity=None,
            dense_rank=None,
            lexical_rank=None,
        ),
        dependents=(),
        duplicates=tuple(DuplicateItem(determination_id=name, item=number) for name, number in duplicates),
        cite_as="",
    )


class FakeService:
    """Answers what it was told to and remembers what it was asked."""

    def __init__(self, *results: Precedent) -> None:
        self.results = results
        self.asked: list[tuple[str, Filters, int]] = []

    def search(self, text: str, filters: Filters = NO_FILTERS, limit: int = 10) -> SearchAnswer:
        """Give the same answer to everything."""
        self.asked.append((text, filters, limit))
        state = IndexState(generation="fake", model="none")
        return SearchAnswer(requests=(), results=self.results, index=state, took_ms=0.0)


def test_requests_take_turns_and_duplicates_follow_their_representative() -> None:
    results = [
        precedent(0, 1, ("a", 1), ("a", 2), ("b", 1)),
        precedent(0, 2, ("c", 1)),
        precedent(0, 3, ("d", 1)),
        precedent(1, 1, ("e", 1), ("f", 1)),
        precedent(1, 2, ("g", 1)),
    ]
    expected = [("a", 1), ("a", 2), ("b", 1), ("e", 1), ("f", 1), ("c", 1), ("g", 1), ("d", 1)]
    assert list(unfold(results)) == [ItemKey(*key) for key in expected]
    assert list(unfold(results[::-1])) == list(unfold(results))


def test_dependents_stand_where_their_score_puts_them() -> None:
    first, second, third = (precedent(0, rank, (name, 1)) for rank, name in enumerate("abc", start=1))
    dependents = tuple(
        DependentItem(determination_id="a", item=item, score=score) for item, score in ((2, 0.1), (3, 0.5), (4, 0.4))
    )
    first = msgspec.structs.replace(first, dependents=dependents)
    expected = [("a", 1), ("b", 1), ("a", 3), ("a", 4), ("c", 1), ("a", 2)]
    assert list(unfold([first, second, third])) == [ItemKey(*key) for key in expected]


def test_an_empty_answer() -> None:
    assert list(unfold([])) == []


def test_rank_names_items_and_drops_repeats_and_the_excluded_case(index: Any) -> None:
    service = FakeService(
        precedent(0, 1, ("CM20-2-bb", 1), ("CM20-1-aa", 1)),
        precedent(0, 2, ("letter-dd", 1)),
        precedent(1, 1, ("CM20-2-bb", 1)),
        precedent(1, 2, ("CM20-3-cc", 1)),
    )
    query = Query(id="q", text="asked", exclude_case="CM20-1")
    found = Full(service, index).rank(query, 1000)
    assert found == [("CM20-2#1", 1.0), ("letter-dd#1", 1 / 2), ("CM20-3#1", 1 / 3)]
    assert service.asked == [("asked", Filters(exclude_cases=("CM20-1",)), 100)]


def test_limit(index: Any) -> None:
    service = FakeService(precedent(0, 1, ("CM20-2-bb", 1), ("CM20-1-aa", 1)))
    assert Full(service, index).rank(Query(id="q", text="asked"), 1) == [("CM20-2#1", 1.0)]
    assert service.asked == [("asked", NO_FILTERS, 1)]
