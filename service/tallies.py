"""Answers of counting: each number with the query of /api/items that lists what it counts."""

from datetime import date

from indexer.records import Authority, ItemOutcome, Record
from service.records import Outcomes
from service.selection import Field


class ListedItem(Record, frozen=True):
    """A disputed item in a list."""

    determination_id: str
    case_number: str | None
    item: int
    title: str
    outcome: ItemOutcome
    decision_date: date | None
    specialties: tuple[str, ...]
    treatments: tuple[str, ...]
    body_regions: tuple[str, ...]
    depends_on: int | None
    cite_as: str


class ItemsPage(Record, frozen=True):
    """A page of the items of a selection, in order of key. `count` and `letters` are the whole selection's."""

    count: int
    letters: int
    items: tuple[ListedItem, ...]
    cursor: str | None


class FacetValue(Record, frozen=True):
    """How many items have a value; None: how many have none of the field."""

    value: str | None
    count: int
    items: str


class Facet(Record, frozen=True):
    """The values of a field, most first; `more` were left off."""

    field: Field
    values: tuple[FacetValue, ...]
    more: int


class Facets(Record, frozen=True):
    """How many items there are, and by field."""

    count: int
    items: str
    facets: tuple[Facet, ...]


class GroupOutcomes(Outcomes, frozen=True, kw_only=True):
    """The outcomes of the items that have a value; None: of those that have none."""

    key: str | None


class OutcomesAnswer(Record, frozen=True):
    """The outcomes of a selection, whole and in groups, most first; `more` groups were left off."""

    total: Outcomes
    groups: tuple[GroupOutcomes, ...]
    more: int


class Reliance(Record, frozen=True, kw_only=True):
    """How the items came out whose reviewer relied on something. `items` is a query for each number, by its name."""

    n: int
    letters: int
    upheld: int
    overturned: int
    overturn_rate: float | None
    interval: tuple[float, float] | None
    items: dict[str, str]


class CitedSection(Reliance, frozen=True, kw_only=True):
    """A section as cited."""

    section: str


class CitedEdition(Reliance, frozen=True, kw_only=True):
    """An edition of an MTUS chapter, and the items decided while it was in force."""

    chapter: str
    edition: str
    effective_from: date
    effective_to: date | None


class CitedGuideline(Reliance, frozen=True, kw_only=True):
    """A guideline that reviewers relied on; sections most cited first, `more_sections` were left off."""

    authority: Authority
    title: str
    sections: tuple[CitedSection, ...]
    more_sections: int
    editions: tuple[CitedEdition, ...]


class Guidelines(Record, frozen=True):
    """What reviewers relied on, most cited first; `more` were left off. `uncited`: items without a citation."""

    total: Reliance
    guidelines: tuple[CitedGuideline, ...]
    more: int
    uncited: Reliance
