"""How close the index comes: laws of the calibrated probability, the standing of a treatment, the floor of evidence."""

import dataclasses
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calibration import Calibration, calibration_for
from config.terms import FamilyTerm
from indexer.embed import DEFAULT_WEIGHTS_SHA256
from indexer.facts import facts_of
from indexer.index import ItemKey
from indexer.parse.normalise import default_normaliser
from indexer.records import Treatment
from service.agreement import Agreement
from service.coverage import Nearness, Standing, coverage, is_precedent, least_similarity, nearness, probability
from service.retrieve import Candidate
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

GRADES = ["none", "related", "close"]
MINILM = calibration_for("all-MiniLM-L6-v2", DEFAULT_WEIGHTS_SHA256)
ANY_MODEL = calibration_for("a model nobody calibrated", "0" * 64)
PACKAGED = pytest.mark.parametrize("calibration", [MINILM, ANY_MODEL], ids=["MiniLM", "uncalibrated"])
SHARES = st.floats(0, 1)
STANDINGS: tuple[Standing, ...] = ("undecided", "unknown", "kin", "same")


def near(similarity: float, words: float, standing: Standing = "unknown") -> Nearness:
    return Nearness(similarity=similarity, words=words, standing=standing)


def candidate(concept: str | None = None, similarity: float | None = 0.5, **agreed: Any) -> Candidate:
    determination = letter("a", None, Decided("Something", "No.", concept))
    fields: dict[str, Any] = {"grade": 0.0, "concepts": (), "category": None, "body_regions": (), **agreed}
    return Candidate(
        key=ItemKey("a", 1),
        facts=facts_of(determination, determination.items[0]),
        score=1.0,
        similarity=similarity,
        lexical_rank=None,
        dense_rank=None,
        agreement=Agreement(**fields),
        passages=(),
    )


def asked(*concepts: str, families: tuple[FamilyTerm, ...] = (), ingredients: tuple[str, ...] = ()) -> RequestedItem:
    treatments = tuple(
        Treatment(concept=concept, category="Pharmaceuticals > Opioids", ingredients=ingredients)
        for concept in concepts
    )
    return RequestedItem(
        text="x", treatments=treatments, body_regions=(), laterality=(), quantity=None, families=families
    )


def standing(item: RequestedItem, *candidates: Candidate) -> Standing:
    return nearness(item, candidates, 0.5, default_normaliser()).standing


def test_the_default_model_is_calibrated_and_another_is_not() -> None:
    assert MINILM.calibrated
    assert MINILM.similarity > 0
    assert not ANY_MODEL.calibrated
    assert ANY_MODEL.similarity == 0


@PACKAGED
@given(SHARES, SHARES, SHARES, SHARES, st.sampled_from(STANDINGS))
def test_nearer_is_never_worse(
    calibration: Calibration, one: float, other: float, words: float, more: float, stands: Standing
) -> None:
    far, close = near(min(one, other), min(words, more), stands), near(max(one, other), max(words, more), stands)
    assert probability(far, calibration) <= probability(close, calibration)
    assert GRADES.index(coverage(far, calibration)) <= GRADES.index(coverage(close, calibration))


@PACKAGED
@given(SHARES, SHARES)
def test_a_decided_treatment_is_likelier_than_an_unknown_one_and_that_than_an_undecided_one(
    calibration: Calibration, similarity: float, words: float
) -> None:
    found = [probability(near(similarity, words, one), calibration) for one in ("undecided", "unknown", "same")]
    assert found == sorted(found)


@PACKAGED
@given(SHARES, SHARES)
def test_a_known_treatment_that_no_decision_is_about_is_never_close(
    calibration: Calibration, similarity: float, words: float
) -> None:
    assert coverage(near(similarity, words, "undecided"), calibration) != "close"


@PACKAGED
def test_nothing_near_is_none_and_everything_near_is_close(calibration: Calibration) -> None:
    assert coverage(near(0, 0), calibration) == coverage(near(0, 0, "undecided"), calibration) == "none"
    assert coverage(near(1, 1), calibration) == coverage(near(1, 1, "same"), calibration) == "close"


@given(SHARES, SHARES)
def test_without_a_calibration_similarity_says_nothing(similarity: float, words: float) -> None:
    assert probability(near(similarity, words), ANY_MODEL) == probability(near(0, words), ANY_MODEL)
    assert least_similarity(near(similarity, words), ANY_MODEL) == 0


@given(SHARES, SHARES)
def test_a_decision_at_the_floor_would_just_be_related(similarity: float, words: float) -> None:
    found = near(similarity, words)
    least = least_similarity(found, MINILM)
    assert 0 <= least <= similarity
    if coverage(found, MINILM) != "none" and least > 0:
        alone = dataclasses.replace(MINILM, related=MINILM.related - 1e-6)
        assert coverage(near(least, words), alone) != "none"
        assert coverage(near(max(0.0, least - 0.01), words), MINILM) == "none"


def test_nearness_takes_the_nearest_passage_and_no_similarity_is_zero() -> None:
    found = nearness(
        asked(),
        [candidate(similarity=0.2), candidate(similarity=0.7), candidate(similarity=None)],
        0.4,
        default_normaliser(),
    )
    assert (found.similarity, found.words) == (0.7, 0.4)
    assert nearness(asked(), [], 0.0, default_normaliser()) == near(0, 0)


def test_standing() -> None:
    opioids = FamilyTerm(name="opioids", names=(), members=frozenset({"tramadol"}), close=False)
    assert standing(asked("tramadol"), candidate("tramadol")) == "same"
    assert standing(asked("tramadol"), candidate("sling"), candidate("tramadol")) == "same"
    assert standing(asked(families=(opioids,)), candidate("tramadol")) == "kin"
    norco = Treatment(
        concept="hydrocodone/acetaminophen", category="Opioids", ingredients=("hydrocodone", "acetaminophen")
    )
    found = candidate("norco")
    found = msgspec.structs.replace(found, facts=msgspec.structs.replace(found.facts, treatments=(norco,)))
    assert standing(asked("acetaminophen", ingredients=("acetaminophen",)), found) == "kin"
    assert standing(asked("electromyography"), candidate("nerve conduction study")) == "kin"
    assert standing(asked("tramadol"), candidate("sling")) == standing(asked("tramadol")) == "undecided"
    assert standing(asked(families=(opioids,)), candidate("sling")) == "undecided"
    assert standing(asked(), candidate("tramadol")) == "unknown"


def test_a_treatment_that_the_reason_mentions_decides_nothing() -> None:
    # Agreement knows what is only mentioned ('after tramadol failed') by concept too; coverage must not.
    mentioned = candidate("tramadol", concepts=("tramadol",), grade=0.25)
    assert standing(asked("pembrolizumab"), mentioned) == "undecided"


def test_evidence_has_a_floor() -> None:
    assert is_precedent(candidate(similarity=0.1, near=True), known=True, least=0.5)
    assert not is_precedent(candidate(similarity=0.1, category="Pharmaceuticals"), known=True, least=0.5)
    assert not is_precedent(candidate(similarity=0.99), known=True, least=0.5)
    assert is_precedent(candidate(similarity=0.5), known=False, least=0.5)
    assert not is_precedent(candidate(similarity=0.49), known=False, least=0.5)
    assert not is_precedent(candidate(similarity=None), known=False, least=0.0)
