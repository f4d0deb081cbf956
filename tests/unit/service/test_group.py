"""Folding near-duplicates, and how a precedent is shown."""

from typing import Any

import msgspec
import pytest

from indexer.index import ItemKey, PassageHit
from indexer.records import Determination, Reason, Reviewer, Treatment
from service.group import Group, fold, precedent
from service.records import DependentItem, DuplicateItem, Matched
from service.understand import RequestedItem
from tests.support.fake_index import Decided, FakeIndex, letter
from tests.support.ranked import Ranked, letter_of, ranked

SAME = "No gain in function is on record."
ASKED = RequestedItem(
    text="Tramadol 50mg/day for the left knee", treatments=(), body_regions=(), laterality=("left",), quantity=None
)

WHY = Matched(
    concepts=("tramadol",),
    category=None,
    ingredients=(),
    body_regions=("knee",),
    laterality=(),
    terms=(),
    phrases=(),
    reasons=(),
    passage=None,
    similarity=0.9,
    dense_rank=1,
    lexical_rank=None,
)


def decided(
    name: str, rationale: str = SAME, concept: str | None = "tramadol", outcome: Any = "upheld"
) -> Determination:
    return letter(f"{name}-aa", name, Decided("Tramadol 50mg", rationale, concept, outcome=outcome))


def operation(name: str) -> Determination:
    """Return a letter of an operation and its assistant surgeon."""
    made = letter(
        name + "-aa", name, Decided("Fusion", "It is unstable.", "fusion"), Decided("Assistant", "So.", "aid")
    )
    aid = msgspec.structs.replace(made.items[1], depends_on=1)
    return msgspec.structs.replace(made, items=(made.items[0], aid))


def folded(*found: Ranked) -> list[Group]:
    letters = {one.determination.id: one.determination for one in found}
    return fold(found, FakeIndex(*letters.values()), ASKED)


def test_the_same_words_on_the_same_treatment_are_one_group() -> None:
    first, other, apart = decided("A"), decided("B", SAME.upper().replace(" ", "  ")), decided("C", "Another reason.")
    groups = folded(ranked(first), ranked(apart), ranked(other))
    assert [group.first.key.determination_id for group in groups] == ["A-aa", "C-aa"]
    assert groups[0].duplicates == (DuplicateItem(determination_id="B-aa", item=1),)
    assert groups[1].duplicates == ()


@pytest.mark.parametrize("changed", [{"outcome": "overturned"}, {"concept": "sling"}, {"concept": None}])
def test_another_outcome_or_treatment_is_another_group(changed: dict[str, Any]) -> None:
    assert len(folded(ranked(decided("A")), ranked(decided("B", **changed)))) == 2


def test_a_group_is_known_by_the_item_that_stands_for_it_even_where_that_one_is_not_found() -> None:
    standing, *found = decided("A"), decided("B"), decided("C")
    groups = fold([ranked(one) for one in found], FakeIndex(standing, *found), ASKED)
    assert [(group.first.key.determination_id, len(group.others)) for group in groups] == [("B-aa", 1)]


def test_nothing_folds_to_nothing() -> None:
    assert folded() == []


def test_dependents_go_under_their_primary_and_under_what_stands_for_it() -> None:
    one, other = operation("A"), operation("B")
    found = [ranked(one), ranked(other), ranked(one, 2), ranked(other, 2, score=0.1)]
    (group,) = folded(*found)
    assert group.duplicates == (DuplicateItem(determination_id="B-aa", item=1),)
    assert group.dependents == (
        DependentItem(determination_id="A-aa", item=2, score=0.123457),
        DependentItem(determination_id="B-aa", item=2, score=0.1),
    )
    assert precedent(group, letter_of(group), 1, 0, WHY).dependents == group.dependents


def test_a_precedent_tells_its_place() -> None:
    determination = decided("A")
    start = determination.items[0].rationale.start
    hits = tuple(PassageHit(ItemKey("A-aa", 1), start + at, start + at + 8, 0.9 - at / 10) for at in range(3))
    found = folded(ranked(determination, passages=hits), ranked(decided("B")))
    shown = precedent(found[0], letter_of(found[0]), 3, 1, WHY)
    assert (shown.rank, shown.request, shown.score, shown.title) == (3, 1, 0.123457, "Tramadol 50mg")
    assert [passage.text for passage in shown.passages] == [SAME[:8], SAME[1:9]]
    assert shown.cite_as == "IMR Case No. A, item 1"
    assert ItemKey(shown.determination_id, shown.item) == ItemKey("A-aa", 1)
    assert shown.matched == WHY


def test_what_was_found_by_words_alone_shows_its_rationale() -> None:
    (group,) = folded(ranked(decided("A")))
    (passage,) = precedent(group, letter_of(group), 1, 0, WHY).passages
    assert (passage.text, passage.score) == (SAME, 0.0)


def test_specialties_are_shown_as_written_where_no_name_is_known() -> None:
    determination = msgspec.structs.replace(decided("A"), reviewer=Reviewer(specialties=("Bone Setting",)))
    (group,) = folded(ranked(determination))
    assert precedent(group, letter_of(group), 1, 0, WHY).specialties == ("Bone Setting",)


def test_treatments_are_the_decided_ones() -> None:
    (group,) = folded(ranked(decided("A")))
    assert precedent(group, letter_of(group), 1, 0, WHY).treatments == (
        Treatment(concept="tramadol", category="Pharmaceuticals > Opioids"),
    )


def test_the_surest_reason_is_what_decided_and_of_equals_the_last() -> None:
    determination = decided("A")
    start = determination.items[0].rationale.start
    reasons = [
        Reason(code="a", start=start, end=start + 2, by="prototype", score=0.6),
        Reason(code="b", start=start + 2, end=start + 4, by="pattern", score=1.0),
        Reason(code="c", start=start + 4, end=start + 8, by="pattern", score=1.0),
    ]
    group = Group(first=ranked(determination))
    shown = precedent(group, letter_of(group), 1, 0, WHY, reasons).deciding
    assert shown is not None
    assert (shown.start, shown.end) == (start + 4, start + 8)
    assert shown.text == determination.text[shown.start : shown.end]
    assert precedent(group, letter_of(group), 1, 0, WHY).deciding is None
