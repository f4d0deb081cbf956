"""bm25, dense, hybrid and concept over a small index."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets import Query
from eval.items import ItemNames, all_items
from eval.systems.bm25 import Bm25
from eval.systems.concept import Concept, agreement
from eval.systems.dense import Dense
from eval.systems.fusion import reciprocal_rank_fusion
from eval.systems.hybrid import Hybrid
from eval.systems.system import System
from indexer.embed import HashingEmbedder
from indexer.records import Treatment

ALL = {"CM20-1#1", "CM20-1#2", "CM20-2#1", "CM20-3#1", "letter-dd#1"}


class WordNormaliser:
    """Knows the test's own few words."""

    def treatments(self, text: str) -> tuple[Treatment, ...]:
        """Find words."""
        known = {"hydrocodone": "Pharmaceuticals > Opioids", "epidural": "Injections > Spine", "brace": "Equipment"}
        return tuple(Treatment(concept=word, category=known[word]) for word in known if word in text.lower())

    def regions(self, text: str) -> tuple[str, ...]:
        """Find words."""
        return tuple(region for region in ("low back", "knee") if region in text)


def make(name: str, index: Any) -> System:
    """Build each system by hand, as eval.systems.build does over a real index."""
    names = ItemNames(index)
    texts = [(corpus_id, f"{item.title} {item.rationale.text}") for corpus_id, item in all_items(index)]
    dense = Dense(texts, HashingEmbedder(), names.excluded)
    concept = Concept(all_items(index), WordNormaliser(), names.excluded)  # type: ignore[arg-type]
    systems: dict[str, System] = {
        "bm25": Bm25(index),
        "dense": dense,
        "hybrid": Hybrid(Bm25(index), dense),
        "concept": concept,
    }
    return systems[name]


def ids(system: System, query: Query, limit: int = 100) -> list[str]:
    return [corpus_id for corpus_id, _ in system.rank(query, limit)]


@pytest.mark.parametrize("name", ["bm25", "dense", "hybrid", "concept"])
def test_every_system_keeps_its_promises(index: Any, name: str) -> None:
    system = make(name, index)
    query = Query(id="q", text="hydrocodone and a brace for the knee, no urine screen")
    everything = ids(system, query)
    assert system.name == name
    assert everything[0] in {"CM20-2#1", "letter-dd#1"}
    assert len(everything) == len(set(everything)) >= 3
    assert set(everything) <= ALL
    assert ids(system, query, 2) == everything[:2]
    scores = [score for _, score in system.rank(query, 100)]
    assert scores == sorted(scores, reverse=True)
    assert system.rank(query, 100) == system.rank(query, 100)


@pytest.mark.parametrize("name", ["bm25", "dense", "hybrid", "concept"])
@pytest.mark.parametrize("case", ["CM20-2", "CM20-2-bb"])
def test_every_system_leaves_the_excluded_case_out(index: Any, name: str, case: str) -> None:
    system = make(name, index)
    text = "Hydrocodone refill for the knee: No urine screen is on file. brace"
    without = ids(system, Query(id="q", text=text, exclude_case=case))
    whole = ids(system, Query(id="q", text=text))
    assert "CM20-2#1" in whole
    assert set(without) == set(whole) - {"CM20-2#1"}


def test_dense_is_cosine_with_title_and_rationale_as_one_text(index: Any) -> None:
    embedder = HashingEmbedder()
    query = Query(id="q", text="Knee brace The knee is unstable.")
    best, *rest = make("dense", index).rank(query, 100)
    assert best == ("letter-dd#1", pytest.approx(1.0, abs=1e-5))
    cosine = embedder.encode([query.text])[0] @ embedder.encode(["Tramadol tablets Function did improve."])[0]
    assert dict(rest)["CM20-3#1"] == pytest.approx(float(cosine), abs=1e-5)
    assert len(rest) == len(ALL) - 1


def test_dense_orders_equal_texts_by_id_and_names_an_id_once() -> None:
    texts = [("b", "same words"), ("c", "other"), ("a", "same words"), ("b", "same words")]
    dense = Dense(texts, HashingEmbedder(), lambda _: frozenset())
    ranking = dense.rank(Query(id="q", text="same words"), 3)
    assert [corpus_id for corpus_id, _ in ranking] == ["a", "b", "c"]


@given(st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=12), st.integers(1, 12))
def test_dense_is_exact(texts: list[str], limit: int) -> None:
    embedder = HashingEmbedder(dimension=16)
    dense = Dense([(f"{row:02}", text) for row, text in enumerate(texts)], embedder, lambda _: frozenset())
    found = dense.rank(Query(id="q", text="a b"), limit)
    every = np.sort(embedder.encode(texts) @ embedder.encode(["a b"])[0])[::-1][:limit]
    assert [score for _, score in found] == pytest.approx(every.tolist(), abs=1e-5)


def test_hybrid_is_the_fusion_of_the_two(index: Any) -> None:
    query = Query(id="q", text="hydrocodone knee")
    rankings = [ids(make(name, index), query) for name in ("bm25", "dense")]
    found = make("hybrid", index).rank(query, 100)
    assert dict(found) == pytest.approx(reciprocal_rank_fusion(rankings, k=60))
    assert set(dict(found)) == ALL


def test_hybrid_reads_deeper_than_the_limit() -> None:
    class Fixed:
        name = "fixed"

        def __init__(self, *order: str) -> None:
            self.order = order

        def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
            del query
            return [(corpus_id, 1 / place) for place, corpus_id in enumerate(self.order, start=1)][:limit]

    hybrid = Hybrid(Fixed("a", "b"), Fixed("c", "b"))
    assert ids(hybrid, Query(id="q", text="x"), 1) == ["b"]


def test_concept_grades_and_ties(index: Any) -> None:
    asked = Query(id="q", text="hydrocodone for the low back")
    assert make("concept", index).rank(asked, 100) == [
        ("CM20-1#1", 4.0),
        ("CM20-2#1", 3.0),
        ("CM20-3#1", 2.0),
    ]
    nothing = Query(id="q", text="nothing that is known")
    assert make("concept", index).rank(nothing, 100) == []


def test_concept_orders_equal_grades_by_id(fakes: ModuleType) -> None:
    letters = [fakes.letter(f"{name}-x", name, fakes.Decided("t", "r", "brace", "Equipment")) for name in "BAC"]
    found = make("concept", fakes.FakeIndex(*letters)).rank(Query(id="q", text="brace"), 2)
    assert found == [("A#1", 4.0), ("B#1", 4.0)]


@pytest.mark.parametrize(
    ("asked", "asked_regions", "decided", "regions", "grade"),
    [
        ("a", ("knee",), "a", ("knee", "hip"), 4.0),
        ("a", (), "a", (), 4.0),
        ("a", (), "a", ("knee",), 3.0),
        ("a", ("hip",), "a", ("knee",), 3.0),
        ("a", ("knee",), "b", ("knee",), 2.0),
        ("a", (), "b", (), 2.0),
        ("a", ("knee",), "b", (), 1.0),
        ("a", ("knee",), "c", ("knee",), 0.0),
    ],
)
def test_agreement(
    asked: str, asked_regions: tuple[str, ...], decided: str, regions: tuple[str, ...], grade: float
) -> None:
    categories = {"a": "Drugs > One", "b": "Drugs > Two", "c": "Equipment"}
    sides = [(Treatment(concept=name, category=categories[name]),) for name in (asked, decided)]
    assert agreement(sides[0], asked_regions, sides[1], regions) == grade


def test_no_treatments_agree_in_nothing() -> None:
    assert agreement((), (), (), ()) == 0.0
