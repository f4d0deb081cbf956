"""Grades of agreement: their order, not their figures."""

import msgspec
import pytest

from indexer.records import DisputedItem, Treatment
from service.agreement import Agreement, agreement
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

OPIOIDS = "Pharmaceuticals > Opioids"
TRAMADOL = Treatment(concept="tramadol", category=OPIOIDS, ingredients=("tramadol",))
ULTRACET = Treatment(concept="tramadol/acetaminophen", category=OPIOIDS, ingredients=("tramadol", "acetaminophen"))
NORCO = Treatment(concept="hydrocodone", category=OPIOIDS, ingredients=("hydrocodone",))
NAPROXEN = Treatment(concept="naproxen", category="Pharmaceuticals > NSAIDs", ingredients=("naproxen",))
MRI = Treatment(concept="MRI", category="Diagnostic Testing > MRI")


def grade(decided: tuple[Treatment, ...], regions: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> Agreement:
    item: DisputedItem = letter("a", None, Decided("x", "y")).items[0]
    wanted = RequestedItem(text="x", treatments=(TRAMADOL,), body_regions=asked, laterality=(), quantity=None)
    return agreement(wanted, msgspec.structs.replace(item, treatments=decided, body_regions=regions))


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
