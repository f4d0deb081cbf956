"""Several systems held against one."""

import pytest

from config.errors import Fault
from eval.comparison import compare, reference
from eval.datasets import Dataset, Query
from eval.run import Measurement, measure

QUERIES = tuple(
    Query(id=f"{kind}{number}", text="x", kind=kind, exclude_case=f"CM{number}")
    for number in range(6)
    for kind in ("titles", "narratives")
)
DATASET = Dataset(name="toy", form="imr", queries=QUERIES, qrels={query.id: {"x#1": 1} for query in QUERIES})


class Placed:
    """Ranks the relevant item at a place of its own for each kind."""

    def __init__(self, name: str, titles: int, narratives: int) -> None:
        self.name = name
        self.places = {"titles": titles, "narratives": narratives}

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank one relevant item among others."""
        place = self.places[query.kind or ""]
        names = [f"y#{number}" for number in range(1, place)] + ["x#1"]
        return [(name, 1 / rank) for rank, name in enumerate(names, start=1)][:limit]


@pytest.fixture
def measured() -> list[Measurement]:
    return [measure(DATASET, system) for system in (Placed("a", 1, 2), Placed("b", 1, 1), Placed("c", 1, 2))]


def test_differences_by_metric_and_kind(measured: list[Measurement]) -> None:
    found = {(one.system, one.metric, one.kind): one for one in compare(DATASET, measured, "b")}
    assert len(found) == 2 * 3 * 3
    assert {one.against for one in found.values()} == {"b"}
    assert found["a", "mrr@10", None].difference == pytest.approx(-0.25)
    assert found["a", "mrr@10", None].n_queries == 12
    # Each letter has one query that lost a half and one that lost nothing; letters are drawn whole.
    assert found["a", "mrr@10", None].interval == pytest.approx((-0.25, -0.25))
    assert found["a", "mrr@10", "narratives"].difference == pytest.approx(-0.5)
    assert found["a", "mrr@10", "narratives"].n_queries == 6
    assert found["a", "mrr@10", "titles"].difference == 0
    assert found["a", "mrr@10", "titles"].p == 1.0


def test_p_goes_by_letters_and_holm_by_systems(measured: list[Measurement]) -> None:
    found = {(one.system, one.metric, one.kind): one for one in compare(DATASET, measured, "b")}
    one = found["c", "mrr@10", None]
    # Six letters, all to one side: 2 of 2**6 assignments.
    assert one.p == pytest.approx(2 / 2**6, abs=0.006)
    assert one.p_holm == pytest.approx(2 * one.p)


def test_one_system_has_nothing_to_be_compared_with(measured: list[Measurement]) -> None:
    assert compare(DATASET, measured[:1], "a") == ()


def test_reference() -> None:
    assert reference(["bm25", "full"], None, "full") == "full"
    assert reference(["bm25", "dense"], None, "full") == "bm25"
    assert reference(["bm25", "full"], "bm25", "full") == "bm25"
    with pytest.raises(Fault, match="'dense', to hold others against, is not among the systems measured: bm25, full"):
        reference(["bm25", "full"], "dense", "full")
