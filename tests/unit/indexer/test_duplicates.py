"""Near-duplicates of a whole index: one decision, of the same treatment and outcome, without comparing all pairs."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import duplicates
from indexer.alike import alike
from indexer.duplicates import Bands, Grouping, Met, Sketch, representatives, sketch_of
from indexer.records import DisputedItem
from tests.support.fake_index import Decided, letter

WHY = "The record of {} visits shows no gain in strength, range of motion or hours of work."
OTHER = "The request does not say which exercises are meant and who would watch over them."


def standing(*decided: Decided) -> list[int]:
    return representatives([letter(f"A{number}-aa", None, one) for number, one in enumerate(decided)])


def visits(count: int = 6, title: str = "Therapy", **changed: Any) -> Decided:
    return Decided(title, WHY.format(count), "physical therapy", **changed)


def test_the_first_of_those_that_say_the_same_stands_for_them() -> None:
    other = Decided("Therapy", OTHER, "physical therapy")
    assert standing(visits(6), other, visits(8), other, visits(12)) == [0, 1, 0, 1, 0]
    assert standing() == []


@pytest.mark.parametrize(
    "changed", [{"outcome": "overturned"}, {"concept": "acupuncture"}, {"concept": None}, {"regions": ("knee",)}]
)
def test_another_outcome_treatment_or_part_of_the_body_is_apart(changed: dict[str, Any]) -> None:
    one = visits(regions=("lumbar spine",))
    assert standing(one, one._replace(**changed)) == [0, 1]


def test_items_of_no_known_treatment_are_told_apart_by_what_was_asked() -> None:
    one, other = visits(title="Moon dust")._replace(concept=None), visits(title="A sling")._replace(concept=None)
    assert standing(one, other, one._replace(title="moon  DUST")) == [0, 1, 0]


def test_members_share_a_part_of_the_body_where_theirs_is_known() -> None:
    places: list[tuple[str, ...]] = [(), ("neck", "shoulder"), ("shoulder",), ("neck",), (), ("knee",)]
    assert standing(*(visits(regions=regions) for regions in places)) == [0, 0, 0, 3, 0, 5]


def test_no_chain_of_small_changes_joins_what_differs() -> None:
    words = [f"word{letter_}" for letter_ in "abcdefghijklmnopqrstuvwxyz"]
    steps = [" ".join([*words[step:], *reversed(words[:step])]) + "." for step in range(12)]
    found = standing(*(Decided("Therapy", step, "physical therapy") for step in steps))
    assert len(set(found)) > 1
    made = [letter("A-aa", None, Decided("Therapy", step, "physical therapy")).items[0] for step in steps]
    assert all(alike(made[place], made[row]) for row, place in enumerate(found))


TEXTS = [WHY, OTHER, WHY + " " + OTHER, "No.", ""]
DECIDED = st.builds(
    Decided,
    title=st.sampled_from(["Therapy", "Twelve visits"]),
    rationale=st.sampled_from(TEXTS).map(lambda text: "Reason. " + text.format(9)),
    concept=st.sampled_from([None, "physical therapy", "acupuncture"]),
    regions=st.sampled_from([(), ("knee",), ("neck",), ("knee", "neck")]),
    outcome=st.sampled_from(["upheld", "overturned"]),
)


@given(st.lists(DECIDED, max_size=8))
def test_laws(decided: list[Decided]) -> None:
    found = standing(*decided)
    assert found == standing(*decided), "decided anew, decided alike"
    for row, place in enumerate(found):
        assert place <= row
        assert found[place] == place, "what stands for others stands for itself"
        assert decided[place].outcome == decided[row].outcome
        assert decided[place].concept == decided[row].concept
    for place in set(found):
        held = [set(decided[row].regions) for row, one in enumerate(found) if one == place and decided[row].regions]
        assert not held or set.intersection(*held)


def test_work_grows_with_the_items_and_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(duplicates, "alike", lambda one, other: bool(compared.append(1)) or alike(one, other))
    words = ["pain", "gain", "work", "strength", "motion", "sleep", "walking", "lifting", "bending", "records"]
    apart = [visits()._replace(rationale=f"{one} and {two} {one}.") for one in words for two in words]
    standing(*apart, *(visits(count) for count in range(100)))
    assert len(compared) < 8 * 200


class Known:
    """The groups of earlier segments: each with its representative, and the newest word of what it shares."""

    def __init__(self) -> None:
        self._firsts: dict[int, tuple[DisputedItem, Sketch]] = {}
        self._regions: dict[int, frozenset[str]] = {}

    def add(self, items: list[tuple[int, DisputedItem]]) -> list[int]:
        """Group the items of a segment and return their labels."""
        grouping = Grouping(self)
        found = [(item, sketch_of(item), label) for label, item in items]
        joined = [grouping.join(item, sketch, label) for item, sketch, label in found]
        for (item, sketch, label), group in zip(found, joined, strict=True):
            if group.is_new:
                self._firsts[label] = item, sketch
            self._regions[group.label] = group.regions
        return [group.label for group in joined]

    def met(self, bands: Bands) -> list[Met]:
        """Return who has a band in common."""
        return [
            Met(label, sketch.signature)
            for label, (_, sketch) in self._firsts.items()
            if set(sketch.bands.tolist()) & set(bands.tolist())
        ]

    def item(self, label: int) -> DisputedItem:
        """Return a representative."""
        return self._firsts[label][0]

    def regions(self, label: int) -> frozenset[str]:
        """Return what a group shares."""
        return self._regions[label]


@given(st.lists(DECIDED, max_size=10), st.sets(st.integers(1, 9)))
def test_grouping_segment_by_segment_is_grouping_at_once(decided: list[Decided], cuts: set[int]) -> None:
    items = [(number, letter(f"A{number}-aa", None, one).items[0]) for number, one in enumerate(decided)]
    known = Known()
    edges = [0, *sorted(cut for cut in cuts if cut < len(items)), len(items)]
    labels = [label for start, end in itertools.pairwise(edges) for label in known.add(items[start:end])]
    assert labels == standing(*decided)
