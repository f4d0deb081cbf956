"""How well a decided item agrees with a requested one in treatment and body region, apart from any words."""

from collections.abc import Sequence

from indexer.records import DisputedItem, Record, Treatment
from service.understand import RequestedItem

# Grades of agreement, most telling first; a region decides within a grade of treatment, never across.
_CONCEPT = 1.0
_INGREDIENT = 0.6
_CATEGORY = 0.45
_TOP_CATEGORY = 0.3
_REGION = 0.25
_REGION_OPEN = 0.1


class Agreement(Record, frozen=True):
    """Why an item matches: the shared concepts and regions, and their grade from 0 to 1.25."""

    grade: float
    concepts: tuple[str, ...]
    category: str | None
    body_regions: tuple[str, ...]


def agreement(asked: RequestedItem, item: DisputedItem) -> Agreement:
    """Grade the agreement between what is asked for and a decided item."""
    treatment, concepts, category = _treatment_grade(asked.treatments, item.treatments)
    shared = tuple(region for region in item.body_regions if region in asked.body_regions)
    grade = treatment + _region_grade(asked, item, shared) if treatment else 0.0
    return Agreement(grade=grade, concepts=concepts, category=category, body_regions=shared)


def _treatment_grade(
    asked: Sequence[Treatment],
    decided: Sequence[Treatment],
) -> tuple[float, tuple[str, ...], str | None]:
    wanted = {treatment.concept for treatment in asked}
    concepts = tuple(treatment.concept for treatment in decided if treatment.concept in wanted)
    if concepts:
        return _CONCEPT, concepts, None
    categories = {treatment.category for treatment in asked}
    ingredients = {name for treatment in asked for name in treatment.ingredients}
    for treatment in decided:
        if ingredients.intersection(treatment.ingredients):
            return _INGREDIENT, (), treatment.category
    for treatment in decided:
        if treatment.category in categories:
            return _CATEGORY, (), treatment.category
    tops = {category.partition(" > ")[0] for category in categories}
    for treatment in decided:
        if (top := treatment.category.partition(" > ")[0]) in tops:
            return _TOP_CATEGORY, (), top
    return 0.0, (), None


def _region_grade(asked: RequestedItem, item: DisputedItem, shared: Sequence[str]) -> float:
    if shared:
        return _REGION
    if not asked.body_regions or not item.body_regions:
        return _REGION_OPEN
    return 0.0
