"""Which disputed items a search may return."""

from datetime import date

from indexer.records import ItemOutcome, Record


class Filters(Record, frozen=True):
    """Conditions that must all hold; within one condition any value will do. A null field never matches.

    `treatment` holds concepts, `category` whole categories or their first parts, `body_region` and `specialty` the
    vocabulary's names, `guideline` an authority or words of a cited title, `exclude_cases` case numbers or ids.
    `phrases` must all stand in the title or in the rationale, each as consecutive words in any case.
    """

    outcome: tuple[ItemOutcome, ...] = ()
    treatment: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    body_region: tuple[str, ...] = ()
    specialty: tuple[str, ...] = ()
    guideline: tuple[str, ...] = ()
    decision_from: date | None = None
    decision_to: date | None = None
    exclude_cases: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


NO_FILTERS = Filters()
FACETS = ("treatment", "category", "body_region", "specialty", "guideline")
