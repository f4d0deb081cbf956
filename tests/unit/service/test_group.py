"""Folding near-duplicates, and how a precedent is shown."""

from typing import Any

import msgspec
import pytest

from indexer.index import ItemKey, PassageHit
from indexer.records import Determination, Reviewer, Treatment
from service.agreement import Agreement
from service.group import duplicate_key, fold, precedent
from service.records import DuplicateItem
from service.retrieve import Candidate
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

SAME = "No gain in function is on record."
ASKED = RequestedItem(
    text="Tramadol 50mg/day for the left knee", treatments=(), body_regions=(), laterality=("left",), quantity=None
)


def decided(
    name: str, rationale: str = SAME, concept: str | None = "tramadol", outcome: Any = "upheld"
) -> Determination:
    return letter(f"{name}-aa", name, Decided("Tramadol 50mg", rationale, concept, outcome=outcome))


def candidate(determination: Determination, **changed: Any) -> Candidate:
    found = Candidate(
        key=ItemKey(determination.id, 1),
        determination=determination,
        item=determination.items[0],
        score=0.12345678,
        similarity=0.87654321,
        lexical_rank=2,
        dense_rank=None,
        agreement=Agreement(grade=1.0, concepts=("tramadol",), category=None, body_regions=("knee",)),
        passages=(),
    )
    return msgspec.structs.replace(found, **changed)


def test_the_same_words_on_the_same_treatment_are_one_group() -> None:
    first, other, apart = decided("A"), decided("B", SAME.upper().replace(" ", "  ")), decided("C", "Another reason.")
    groups = fold([candidate(first), candidate(apart), candidate(other)])
    assert [group.first.determination.id for group in groups] == ["A-aa", "C-aa"]
    assert groups[0].duplicates == (DuplicateItem(determination_id="B-aa", item=1),)
    assert groups[1].duplicates == ()


@pytest.mark.parametrize("changed", [{"outcome": "overturned"}, {"concept": "sling"}, {"concept": None}])
def test_another_outcome_or_treatment_is_another_group(changed: dict[str, Any]) -> None:
    assert len(fold([candidate(decided("A")), candidate(decided("B", **changed))])) == 2


def test_items_of_no_known_treatment_are_told_apart_by_what_was_asked() -> None:
    one, other = (decided(name, concept=None).items[0] for name in "AB")
    assert duplicate_key(one) == duplicate_key(other)
    assert duplicate_key(one) != duplicate_key(msgspec.structs.replace(other, request="A sling"))


def test_nothing_folds_to_nothing() -> None:
    assert fold([]) == []


def test_a_precedent_tells_its_place_and_its_reasons() -> None:
    determination = decided("A")
    start = determination.items[0].rationale.start
    hits = tuple(PassageHit(ItemKey("A-aa", 1), start + at, start + at + 8, 0.9 - at / 10) for at in range(3))
    found = fold([candidate(determination, passages=hits), candidate(decided("B"))])
    shown = precedent(found[0], 3, 1, ASKED)
    assert (shown.rank, shown.request, shown.score, shown.title) == (3, 1, 0.123457, "Tramadol 50mg")
    assert [passage.text for passage in shown.passages] == [SAME[:8], SAME[1:9]]
    assert shown.cite_as == "IMR Case No. A, item 1"
    assert ItemKey(shown.determination_id, shown.item) == ItemKey("A-aa", 1)
    assert shown.matched == {
        "concepts": ["tramadol"],
        "category": None,
        "body_regions": ["knee"],
        "laterality": [],
        "terms": ["tramadol", "50mg"],
        "similarity": 0.8765,
        "dense_rank": None,
        "lexical_rank": 2,
        "reasons": [],
    }


def test_sides_in_common_are_told() -> None:
    determination = decided("A")
    item = msgspec.structs.replace(determination.items[0], laterality=("right", "left"))
    (group,) = fold([candidate(determination, item=item)])
    assert precedent(group, 1, 0, ASKED).matched["laterality"] == ["left"]


def test_what_was_found_by_words_alone_shows_its_rationale() -> None:
    (group,) = fold([candidate(decided("A"))])
    (passage,) = precedent(group, 1, 0, ASKED).passages
    assert (passage.text, passage.score) == (SAME, 0.0)


def test_specialties_are_shown_as_written_where_no_name_is_known() -> None:
    determination = msgspec.structs.replace(decided("A"), reviewer=Reviewer(specialties=("Bone Setting",)))
    (group,) = fold([candidate(determination)])
    assert precedent(group, 1, 0, ASKED).specialties == ("Bone Setting",)


def test_treatments_are_the_decided_ones() -> None:
    (group,) = fold([candidate(decided("A"))])
    assert precedent(group, 1, 0, ASKED).treatments == (
        Treatment(concept="tramadol", category="Pharmaceuticals > Opioids"),
    )
