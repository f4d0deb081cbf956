"""concept: agreement of normalised treatments and body regions, without a look at the words.

It shows what a dictionary alone reaches, which matters where relevance was itself made from names.
"""

from collections.abc import Sequence

from eval.datasets import Query
from eval.items import NamedItem
from eval.systems.system import Exclude
from indexer.parse.normalise import Normaliser
from indexer.records import Treatment

SAME_CONCEPT_AND_REGION = 4.0
SAME_CONCEPT = 3.0
SAME_FAMILY_AND_REGION = 2.0
SAME_FAMILY = 1.0


class Concept:
    """Grades items by what their titles name."""

    name = "concept"

    def __init__(self, items: Sequence[NamedItem], normaliser: Normaliser, exclude: Exclude) -> None:
        """Rank these items."""
        self._items = items
        self._normaliser = normaliser
        self._exclude = exclude

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank by grade of agreement, equal grades by id; items that agree in nothing are left out."""
        treatments = self._normaliser.treatments(query.text)
        regions = self._normaliser.regions(query.text)
        excluded = self._exclude(query)
        graded: dict[str, float] = {}
        for corpus_id, item in self._items:
            grade = agreement(treatments, regions, item.treatments, item.body_regions)
            if grade and corpus_id not in excluded:
                graded[corpus_id] = max(grade, graded.get(corpus_id, 0.0))
        return sorted(graded.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def agreement(
    asked: Sequence[Treatment],
    asked_regions: Sequence[str],
    decided: Sequence[Treatment],
    regions: Sequence[str],
) -> float:
    """Return the grade of agreement, 0 for none: same concept and region, concept, family and region, family.

    Regions agree where one is shared or neither side names any. A family is the first part of a category.
    """
    shared = bool(set(asked_regions) & set(regions)) or not (asked_regions or regions)
    if {treatment.concept for treatment in asked} & {treatment.concept for treatment in decided}:
        return SAME_CONCEPT_AND_REGION if shared else SAME_CONCEPT
    if {_family(treatment) for treatment in asked} & {_family(treatment) for treatment in decided}:
        return SAME_FAMILY_AND_REGION if shared else SAME_FAMILY
    return 0.0


def _family(treatment: Treatment) -> str:
    return treatment.category.partition(" > ")[0]
