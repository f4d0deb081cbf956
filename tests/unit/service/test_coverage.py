"""How close the index comes: by shared treatments first, by similarity where none is known."""

from typing import Any

import pytest

from config.settings import load_settings
from indexer.index import ItemKey
from indexer.records import Treatment
from service.agreement import Agreement
from service.coverage import coverage, is_precedent
from service.retrieve import Candidate
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

SETTINGS = load_settings().coverage.model_copy(update={"close_similarity": 0.6, "related_similarity": 0.3})
LETTER = letter("a", None, Decided("Tramadol", "No."))
TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids")


def candidate(similarity: float | None, concepts: tuple[str, ...] = (), category: str | None = None) -> Candidate:
    return Candidate(
        key=ItemKey("a", 1),
        determination=LETTER,
        item=LETTER.items[0],
        score=1.0,
        similarity=similarity,
        lexical_rank=None,
        dense_rank=None,
        agreement=Agreement(grade=0.0, concepts=concepts, category=category, body_regions=()),
        passages=(),
    )


def told(*candidates: Candidate, known: bool = True) -> Any:
    treatments = (TRAMADOL,) if known else ()
    asked = RequestedItem(text="x", treatments=treatments, body_regions=(), laterality=(), quantity=None)
    return coverage(asked, candidates, SETTINGS)


def test_nothing_found_is_none() -> None:
    assert told() == "none"
    assert told(known=False) == "none"


def test_decisions_on_the_treatment_are_close() -> None:
    assert told(candidate(0.9, ("tramadol",)), candidate(0.2)) == "close"


def test_a_known_treatment_that_no_decision_is_about_is_never_close() -> None:
    assert told(candidate(0.99)) in {"related", "none"}
    assert told(candidate(0.1)) == "none"


@pytest.mark.parametrize(("similarity", "expected"), [(0.7, "close"), (0.4, "related"), (0.1, "none"), (None, "none")])
def test_an_unknown_treatment_goes_by_similarity(similarity: float | None, expected: str) -> None:
    assert told(candidate(similarity), known=False) == expected


def test_a_nearer_decision_never_makes_it_worse() -> None:
    grades = ["none", "related", "close"]
    for known in (True, False):
        found = [grades.index(told(candidate(place / 10), known=known)) for place in range(11)]
        assert found == sorted(found)


def test_evidence_has_a_floor() -> None:
    assert is_precedent(candidate(0.1, ("tramadol",)), known=True)
    assert is_precedent(candidate(0.1, (), "Pharmaceuticals"), known=True)
    assert not is_precedent(candidate(0.99), known=True)
    assert is_precedent(candidate(0.2), known=False)
    assert not is_precedent(candidate(None), known=False)
    assert not is_precedent(candidate(-0.1), known=False)
