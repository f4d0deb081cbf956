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


class Grades:
    """Grades decided items against one requested item.

    Hundreds of candidates are of a few treatments for a few regions, so each of those is graded once, and so is each
    record of facts: engines hand out the same one for the same facts, and to tell it by what it holds takes longer
    than to find it.
    """

    def __init__(self, asked: RequestedItem, normaliser: Normaliser) -> None:
        """Grade for a requested item, with the vocabulary's kin and regions."""
        self._asked = asked
        self._normaliser = normaliser
        self._of_asked: dict[Treatment, _Graded] = {}
        self._of_mentioned: dict[Treatment, _Graded] = {}
        self._of_regions: dict[tuple[str, ...], tuple[tuple[str, ...], float]] = {}
        # The facts are kept with it, so that no other record takes their place in memory.
        self._of_facts: dict[int, tuple[ItemFacts, Agreement]] = {}

    def of(self, facts: ItemFacts) -> Agreement:
        """Return how a decision of some facts agrees."""
        kept = self._of_facts.get(id(facts))
        if kept is None:
            kept = self._of_facts[id(facts)] = (facts, self._agreement(facts))
        return kept[1]

    def _agreement(self, item: ItemFacts) -> Agreement:
        found = self._graded(self._asked.treatments, item.treatments, self._of_asked)
        found = max(found, _of_class(self._asked, item), key=lambda one: one.grade)
        near = found.grade >= _CATEGORY
        if self._asked.mentioned and found.grade < _MENTIONED:
            by_reason = self._graded(self._asked.mentioned, item.treatments, self._of_mentioned)
            found = max(found, by_reason._replace(grade=by_reason.grade * _MENTIONED), key=lambda one: one.grade)
        shared, of_region = self._region(item.body_regions)
        grade = found.grade + of_region if found.grade else 0.0
        return Agreement(grade=grade, concepts=found.concepts, category=found.category, body_regions=shared, near=near)

    def _graded(
        self, wanted: Sequence[Treatment], decided: Sequence[Treatment], known: dict[Treatment, _Graded]
    ) -> _Graded:
        """Return what the best of some decided treatments counts; those that are wanted themselves count together."""
        graded = []
        for treatment in decided:
            if treatment not in known:
                known[treatment] = self._of_treatment(wanted, treatment)
            graded.append(known[treatment])
        concepts = tuple(concept for one in graded for concept in one.concepts)
        return _Graded(_CONCEPT, concepts) if concepts else max(graded, key=lambda one: one.grade, default=_NOTHING)

    def _of_treatment(self, wanted: Sequence[Treatment], decided: Treatment) -> _Graded:
        if any(treatment.concept == decided.concept for treatment in wanted):
            return _Graded(_CONCEPT, (decided.concept,))
        grade = max((_pair_grade(one, decided, self._normaliser) for one in wanted), default=0.0)
        if not grade:
            return _NOTHING
        return _Graded(grade, (), decided.category if grade > _TOP_CATEGORY else _top(decided))

    def _region(self, decided: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
        """Return the regions that are shared, and what those of a decision add."""
        if decided not in self._of_regions:
            asked = self._asked.body_regions
            shared = tuple(region for region in decided if region in asked)
            self._of_regions[decided] = shared, _region_grade(asked, decided, shared, self._normaliser)
        return self._of_regions[decided]


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


def _region_grade(asked: Sequence[str], decided: Sequence[str], shared: Sequence[str], normaliser: Normaliser) -> float:
    if shared or not (asked or decided):
        return _REGION
    if not asked or not decided:
        return _REGION_OPEN
    one_holds_other = _wider(asked, normaliser).intersection(decided) or _wider(decided, normaliser).intersection(asked)
    return _REGION_WIDER if one_holds_other else 0.0


def _wider(regions: Iterable[str], normaliser: Normaliser) -> frozenset[str]:
    return frozenset().union(*(normaliser.wider_regions(region) for region in regions))
