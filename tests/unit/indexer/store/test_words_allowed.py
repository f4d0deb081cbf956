"""Searching among some slots: as if all had been searched and the others dropped, whichever way is taken."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.columns import BoolArray
from indexer.store import words as reading
from indexer.store.words import Words, WordsHit
from indexer.store.words_writing import extend_words, write_words

VOCABULARY = ("knee", "brace", "back", "tramadol", "mri", "denied", "therapy", "rare")
ITEMS = 600
STEP = 3
WAYS = {
    "cheaper": {},
    "told": {"_HITS_TO_NARROW": 0, "_HITS_A_SLOT": 0, "_HITS_A_LOOKUP": 0},
    "fetched": {"_HITS_A_SLOT": 10**9},
}
TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """Items of common and rare words, many of them alike; slots are not dense, some are dead, segments are several."""
    place = tmp_path_factory.mktemp("allowed")
    random = Random(4)  # noqa: S311 - a fixed draw
    weights = [2**-rank for rank in range(len(VOCABULARY))]
    bodies = [
        (STEP * number, ("", " ".join(random.choices(VOCABULARY, weights, k=random.randint(1, 9)))))
        for number in range(ITEMS)
    ]
    write_words(place / "0", bodies[:300])
    extend_words(place / "0", place / "1", bodies[300:550], dead=range(0, 90, 2 * STEP))
    extend_words(place / "1", place / "2", bodies[550:], replaced=[(600, 700)])
    return Words(place / "2")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make one way of narrowing the cheap one."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(reading, name, value)
    return str(request.param)


def filtered(every: list[WordsHit], allowed: BoolArray, limit: int) -> list[WordsHit]:
    """Drop what is not allowed, and cut where the score of the last one wanted ends."""
    kept = [hit for hit in every if allowed[hit.slot]]
    return [hit for hit in kept if hit.score >= kept[min(limit, len(kept)) - 1].score]


@pytest.mark.usefixtures("way")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    limit=st.integers(1, 80),
    share=st.sampled_from([0.0, 0.002, 0.02, 0.2, 0.7, 1.0]),
    seed=st.integers(0, 999),
    stemmed=st.booleans(),
)
def test_any_mask_finds_what_a_search_of_all_finds_of_it(
    words: Words, text: str, limit: int, share: float, seed: int, *, stemmed: bool
) -> None:
    allowed = np.random.default_rng(seed).random(STEP * ITEMS) < share
    every = words.search(text, 10_000, stemmed=stemmed)
    assert words.search(text, limit, allowed, stemmed=stemmed) == filtered(every, allowed, limit)


@pytest.mark.usefixtures("way")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    limit=st.integers(1, 80),
    shares=st.tuples(st.sampled_from([None, 0.02, 0.5]), st.sampled_from([0.0, 0.01, 0.2, 1.0])),
    seed=st.integers(0, 999),
)
def test_the_best_of_a_part_are_found_beside_the_best_of_all(
    words: Words, text: str, limit: int, shares: tuple[float | None, float], seed: int
) -> None:
    draws = np.random.default_rng(seed)
    allowed = None if shares[0] is None else draws.random(STEP * ITEMS) < shares[0]
    part = draws.random(STEP * ITEMS) < shares[1]
    inside = part if allowed is None else part & allowed
    both = {*words.search(text, limit, allowed), *words.search(text, limit, inside)}
    assert words.search(text, limit, allowed, part) == sorted(both, key=lambda hit: (-hit.score, hit.slot))


def test_what_was_seen_of_all_is_not_asked_again_for_a_part(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    fetch = Words._fetch  # noqa: SLF001 - how much work was done shows nowhere else

    def noted(self: Words, query: tantivy.Query, most: int) -> object:
        fetched.append(most)
        return fetch(self, query, most)

    monkeypatch.setattr(Words, "_fetch", noted)
    part = np.zeros(STEP * ITEMS, dtype=np.bool_)
    part[words.holding(["rare"])] = True
    assert len(words.search("rare", 5, None, part)) >= 5
    assert len(fetched) == 1


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("limit", [1, 5, 200])
def test_members_without_the_common_words_are_all_found(words: Words, limit: int) -> None:
    allowed = np.ones(STEP * ITEMS, dtype=np.bool_)
    allowed[words.holding(["knee"])] = False
    allowed[words.holding(["brace"])] = False
    text = "knee knee brace back mri rare"
    every = words.search(text, 10_000)
    found = words.search(text, limit, allowed)
    assert found == filtered(every, allowed, limit)
    assert len(found) >= min(limit, sum(bool(allowed[hit.slot]) for hit in every)) > 0


@pytest.mark.parametrize(("some", "told"), [(range(0, 1800, 900), True), (range(1800), False)])
def test_tantivy_is_told_few_slots_and_not_many(
    words: Words, monkeypatch: pytest.MonkeyPatch, some: range, *, told: bool
) -> None:
    monkeypatch.setattr(reading, "_HITS_TO_NARROW", 0)
    seen: list[int] = []
    within: Callable[..., object] = reading.within

    def noted(query: object, schema: object, slots: list[int]) -> object:
        seen.append(len(slots))
        return within(query, schema, slots)

    monkeypatch.setattr(reading, "within", noted)
    allowed = np.zeros(STEP * ITEMS, dtype=np.bool_)
    allowed[list(some)] = True
    words.search("knee", 5, allowed)
    assert bool(seen) == told


@pytest.mark.usefixtures("way")
def test_a_text_that_no_one_has_is_found_nowhere(words: Words) -> None:
    assert words.search("absent", 5, np.ones(STEP * ITEMS, dtype=np.bool_)) == []


def test_an_empty_index_has_nothing_allowed(tmp_path: Path) -> None:
    write_words(tmp_path / "words", [])
    assert Words(tmp_path / "words").search("knee", 5, np.ones(4, dtype=np.bool_)) == []
