"""Grades of agreement: their order, not their figures."""

import pytest

from indexer.facts import ItemFacts
from indexer.parse.normalise import default_normaliser
from indexer.records import Treatment
from service.agreement import Agreement, Grades
from service.understand import RequestedItem, understand

OPIOIDS = "Pharmaceuticals > Opioids"
TRAMADOL = Treatment(concept="tramadol", category=OPIOIDS, ingredients=("tramadol",))
ULTRACET = Treatment(concept="tramadol/acetaminophen", category=OPIOIDS, ingredients=("tramadol", "acetaminophen"))
NORCO = Treatment(concept="hydrocodone", category=OPIOIDS, ingredients=("hydrocodone",))
NAPROXEN = Treatment(concept="naproxen", category="Pharmaceuticals > NSAIDs", ingredients=("naproxen",))
MRI = Treatment(concept="MRI", category="Diagnostic Testing > MRI")


def grade(decided: tuple[Treatment, ...], regions: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> Agreement:
    wanted = RequestedItem(text="x", treatments=(TRAMADOL,), body_regions=asked, laterality=(), quantity=None)
    facts = ItemFacts(outcome="upheld", treatments=decided, body_regions=regions)
    return Grades(wanted, default_normaliser()).of(facts)


def test_nearer_treatments_grade_higher() -> None:
    grades = [grade((one,)).grade for one in (TRAMADOL, ULTRACET, NORCO, NAPROXEN, MRI)]
    assert grades == sorted(set(grades), reverse=True)
    assert grades[-1] == 0.0


def test_what_is_shared_is_told() -> None:
    assert grade((NAPROXEN, TRAMADOL)).concepts == ("tramadol",)
    assert grade((NORCO,)).category == OPIOIDS
    assert grade((NAPROXEN,)).category == "Pharmaceuticals"
    assert grade((MRI,)) == Agreement(grade=0.0, concepts=(), category=None, body_regions=())


@pytest.mark.parametrize("decided", [TRAMADOL, NORCO, NAPROXEN])
def test_a_region_decides_within_a_grade_and_never_across(decided: Treatment) -> None:
    shared = grade((decided,), ("knee", "neck"), ("knee",))
    silent = grade((decided,), (), ("knee",))
    other = grade((decided,), ("neck",), ("knee",))
    assert shared.grade > silent.grade > other.grade
    assert shared.body_regions == ("knee",)


def test_another_region_of_the_treatment_beats_the_region_of_another_family() -> None:
    assert grade((TRAMADOL,), ("neck",), ("knee",)).grade > grade((NAPROXEN,), ("knee",), ("knee",)).grade


def test_a_region_alone_is_no_agreement() -> None:
    assert grade((MRI,), ("knee",), ("knee",)).grade == 0.0


def asked_for(text: str) -> RequestedItem:
    (one,) = understand(text, default_normaliser(), 1)
    return one


def decided_on(text: str) -> ItemFacts:
    normaliser = default_normaliser()
    return ItemFacts(outcome="upheld", treatments=normaliser.treatments(text), body_regions=normaliser.regions(text))


def test_close_kin_come_nearer_than_the_category() -> None:
    normaliser = default_normaliser()
    asked = asked_for("EMG/NCS of the left arm")
    kin = Grades(asked, normaliser).of(decided_on("EMG of the left arm"))
    same = Grades(asked, normaliser).of(decided_on("EMG/NCV of the left arm"))
    category = Grades(asked, normaliser).of(decided_on("quantitative sensory testing of the left arm"))
    assert same.grade > kin.grade > category.grade > 0


def test_a_class_agrees_with_its_members_alone() -> None:
    normaliser = default_normaliser()
    asked = asked_for("narcotic refill")
    assert Grades(asked, normaliser).of(decided_on("Norco 10/325mg")).grade > 0.5
    assert Grades(asked, normaliser).of(decided_on("MRI of the knee")).grade == 0.0


def test_what_is_only_mentioned_counts_less_than_any_kin_of_what_is_asked_for() -> None:
    normaliser = default_normaliser()
    asked = asked_for("Shoulder MRI allowed after physical therapy failed?")
    grades = [
        Grades(asked, normaliser).of(decided_on(f"{name} of the shoulder")).grade
        for name in ("MRI", "MR arthrogram", "physical therapy", "home oxygen")
    ]
    assert grades == sorted(grades, reverse=True)
    assert grades[1] > grades[2] > grades[3] == 0.0


def test_a_region_that_holds_the_other_is_nearly_the_same() -> None:
    normaliser = default_normaliser()
    asked = asked_for("x-ray of the spine")
    grades = [
        Grades(asked, normaliser).of(decided_on(name)).grade
        for name in ("x-ray of the spine", "x-ray of the lumbar spine", "x-ray", "x-ray of the knee")
    ]
    assert grades == sorted(set(grades), reverse=True)


@pytest.mark.parametrize(
    ("asked", "decided", "near"),
    [
        ("Norco", "Norco 5/325mg", True),
        ("Norco", "Percocet", True),
        ("Norco", "Colace", False),
        ("EMG of the arm", "NCS of the arm", True),
        ("MRI after physical therapy failed", "physical therapy", False),
        ("narcotic refill", "Percocet", True),
    ],
)
def test_what_decides_something_near_and_what_does_not(asked: str, decided: str, near: bool) -> None:  # noqa: FBT001
    assert Grades(asked_for(asked), default_normaliser()).of(decided_on(decided)).near is near
