"""How well a decided item agrees with a requested one in treatment and body region, apart from any words."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from indexer.facts import ItemFacts
from indexer.parse.normalise import Normaliser
from indexer.records import Record, Treatment
from service.understand import RequestedItem

# Grades of agreement in treatment, most telling first. Order from what counsel would cite; figures from
# docs/decisions/0013.
_CONCEPT = 1.0
_INGREDIENT = 0.8
_KIN = 0.8
_CLASS = 0.7
_CATEGORY = 0.45
_TOP_CATEGORY = 0.2
# What a treatment counts that the request only mentions, as its reason.
_MENTIONED = 0.25
# What a region adds: the same, one that holds the other, or one side silent. It decides within a grade, hardly across.
_REGION = 0.35
_REGION_WIDER = 0.3
_REGION_OPEN = 0.1


class Agreement(Record, frozen=True):
    """Why an item matches: the shared concepts and regions, and their grade from 0 to 1.35.

    `near` says that the item decides the treatment asked for, close kin of it, one of its class or at least one of its
    category: a laxative is no precedent for an opioid, though both are drugs.
    """

    grade: float
    concepts: tuple[str, ...]
    category: str | None
    body_regions: tuple[str, ...]
    near: bool = False


class _Graded(NamedTuple):
    grade: float
    concepts: tuple[str, ...] = ()
    category: str | None = None


_NOTHING = _Graded(0.0)


def agreement(asked: RequestedItem, item: ItemFacts, normaliser: Normaliser) -> Agreement:
    """Grade the agreement between what is asked for and a decided item."""
    found = _graded(asked.treatments, item.treatments, normaliser)
    found = max(found, _of_class(asked, item), key=lambda one: one.grade)
    near = found.grade >= _CATEGORY
    if found.grade < _MENTIONED:
        by_reason = _graded(asked.mentioned, item.treatments, normaliser)
        found = max(found, by_reason._replace(grade=by_reason.grade * _MENTIONED), key=lambda one: one.grade)
    shared = tuple(region for region in item.body_regions if region in asked.body_regions)
    grade = found.grade + _region_grade(asked, item, shared, normaliser) if found.grade else 0.0
    return Agreement(grade=grade, concepts=found.concepts, category=found.category, body_regions=shared, near=near)


def _graded(wanted: Sequence[Treatment], decided: Sequence[Treatment], normaliser: Normaliser) -> _Graded:
    names = {treatment.concept for treatment in wanted}
    concepts = tuple(treatment.concept for treatment in decided if treatment.concept in names)
    if concepts:
        return _Graded(_CONCEPT, concepts)
    best = _NOTHING
    for treatment in decided:
        for other in wanted:
            grade = _pair_grade(other, treatment, normaliser)
            if grade > best.grade:
                shared = treatment.category if grade > _TOP_CATEGORY else _top(treatment)
                best = _Graded(grade, (), shared)
    return best


def _pair_grade(wanted: Treatment, decided: Treatment, normaliser: Normaliser) -> float:
    if set(wanted.ingredients).intersection(decided.ingredients):
        return _INGREDIENT
    if decided.concept in normaliser.close_kin(wanted.concept):
        return _KIN
    if decided.category == wanted.category:
        return _CATEGORY
    return _TOP_CATEGORY if _top(decided) == _top(wanted) else 0.0


def _of_class(asked: RequestedItem, item: ItemFacts) -> _Graded:
    for treatment in item.treatments:
        if any(treatment.concept in family.members for family in asked.families):
            return _Graded(_CLASS, (), treatment.category)
    return _NOTHING


def _top(treatment: Treatment) -> str:
    return treatment.category.partition(" > ")[0]


def _region_grade(asked: RequestedItem, item: ItemFacts, shared: Sequence[str], normaliser: Normaliser) -> float:
    if shared or not (asked.body_regions or item.body_regions):
        return _REGION
    if not asked.body_regions or not item.body_regions:
        return _REGION_OPEN
    one_holds_other = _wider(asked.body_regions, normaliser).intersection(item.body_regions) or _wider(
        item.body_regions, normaliser
    ).intersection(asked.body_regions)
    return _REGION_WIDER if one_holds_other else 0.0


def _wider(regions: Iterable[str], normaliser: Normaliser) -> frozenset[str]:
    return frozenset().union(*(normaliser.wider_regions(region) for region in regions))
