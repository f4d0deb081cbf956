"""What the record shows for a request's cohort: counts and rates, never a prediction."""

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.columns import Columns, IntArray
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.records import Record
from service.intervals import by_letters, wilson
from service.records import Cohort, Outcomes, Tally
from service.selection import Field, Selection, counted, matching, parts, query_of, rated
from service.understand import RequestedItem

# What cohorts are told by, and counted by.
COHORT_FIELDS: tuple[Field, ...] = ("treatment", "body_region", "category", "specialty")
LEAST_ITEMS = 20
LEAST_LETTERS = 10

_SPECIALTIES_SHOWN = 8
# Cohorts that are kept, each some kilobytes of counts and queries.
_KEPT = 512


class _Part(NamedTuple):
    """Rows that have one value of a field, with the number of them that count."""

    size: int
    key: str | None
    rows: IntArray


class Shown(Record, frozen=True):
    """What the record shows for one requested item; `by_specialty` holds the most frequent."""

    outcomes: Outcomes
    by_year: tuple[Tally, ...] = ()
    by_specialty: tuple[Tally, ...] = ()


def shown_for(asked: RequestedItem, index: Index, filters: Filters, base_rate: float | None) -> Shown:
    """Return the outcomes of the narrowest cohort with enough decisions, else of the widest there is.

    Cohorts, in turn: treatment and body region, treatment, category. The filters hold in each, but for the outcome,
    which is what is counted. `base_rate` is the whole index's, from `base_rate_of`.
    """
    columns = index.columns
    open_filters = msgspec.structs.replace(filters, outcome=())
    rows, selection = np.zeros(0, dtype=np.int64), rated(open_filters)
    outcomes = count(columns, rows, selection, base_rate, listed=False)
    for cohort, narrowed in _cohorts(asked, open_filters):
        selection = rated(narrowed)
        rows = matching(index, selection)
        outcomes = count(columns, rows, selection, base_rate, cohort)
        if outcomes.overturn_rate is not None:
            break
    return Shown(
        outcomes=outcomes,
        by_year=tuple(_tallies(index, selection, "year", _sized(index, rows, selection, "year"))),
        by_specialty=tuple(
            _tallies(index, selection, "specialty", _largest(_sized(index, rows, selection, "specialty")))
        ),
    )


class Cohorts:
    """What the record shows in one generation, counted once for each cohort. Safe to share between threads.

    Requests ask for the same treatments again and again, and to count a cohort takes as long as to find its best items.
    """

    def __init__(self, index: Index, base_rate: float | None) -> None:
        """Count what an index holds; `base_rate` is the whole index's, from `base_rate_of`."""
        self._count = functools.partial(shown_for, index=index, base_rate=base_rate)
        self._kept = functools.lru_cache(maxsize=_KEPT)(self._count)

    def shown(self, asked: RequestedItem, filters: Filters) -> Shown:
        """Return what `shown_for` returns for a requested item."""
        # What a request says in its own words is kept nowhere.
        said = filters.phrases or filters.exclude_cases
        return (self._count if said else self._kept)(_of_cohort(asked), filters=filters)


def _of_cohort(asked: RequestedItem) -> RequestedItem:
    """Return as much of a requested item as its cohorts depend on."""
    return RequestedItem(
        text="",
        treatments=asked.treatments[:1],
        body_regions=asked.body_regions[:1],
        laterality=(),
        quantity=None,
    )


def _cohorts(asked: RequestedItem, filters: Filters) -> Iterator[tuple[Cohort, Filters]]:
    if not asked.treatments:
        return
    treatment = asked.treatments[0]
    of_treatment = msgspec.structs.replace(filters, treatment=(treatment.concept,))
    for region in asked.body_regions[:1]:
        level = "treatment and body region"
        yield (
            Cohort(level=level, treatment=treatment.concept, body_region=region),
            msgspec.structs.replace(of_treatment, body_region=(region,)),
        )
    yield Cohort(level="treatment", treatment=treatment.concept, body_region=None), of_treatment
    yield (
        Cohort(level="category", treatment=treatment.category, body_region=None),
        msgspec.structs.replace(filters, category=(treatment.category,)),
    )


def count(
    columns: Columns,
    rows: IntArray,
    selection: Selection,
    base_rate: float | None = None,
    cohort: Cohort | None = None,
    *,
    listed: bool = True,
) -> Outcomes:
    """Count the decisions of a selection; rates are None under 20 items or 10 letters.

    Args:
        columns: the index's.
        rows: the selection's, from `matching`.
        selection: whether dependents and duplicates count, and what the lists behind the numbers are asked with.
        base_rate: told beside the rate.
        cohort: what the selection is of.
        listed: whether there are such lists.
    """
    kept = counted(columns, rows, selection)
    granted = columns.overturned[kept]
    n, overturned = len(kept), int(granted.sum())
    # Rows stand in order of letter.
    letters = int(np.count_nonzero(np.diff(columns.letter[kept], prepend=-1)))
    enough = n >= LEAST_ITEMS and letters >= LEAST_LETTERS
    return Outcomes(
        n=n,
        letters=letters,
        upheld=n - overturned,
        overturned=overturned,
        overturn_rate=round(overturned / n, 4) if enough else None,
        interval=by_letters(columns.letter[kept], granted) if enough else None,
        base_rate=base_rate,
        cohort=cohort,
        wilson=wilson(n, overturned) if enough else None,
        as_written=len(counted(columns, rows, _as_written(selection))),
        dependent=int(columns.dependent[rows].sum()),
        items=_lists(selection) if listed else {},
    )


def base_rate_of(index: Index) -> float | None:
    """Return the overturn rate of the whole index, counted the same way; None where it is too small."""
    return count(index.columns, index.rows(NO_FILTERS), rated(NO_FILTERS)).overturn_rate


def _lists(selection: Selection) -> dict[str, str]:
    """Return the query behind each number."""
    return {
        "n": query_of(selection),
        "upheld": query_of(selection.also("outcome", "upheld")),
        "overturned": query_of(selection.also("outcome", "overturned")),
        "as_written": query_of(_as_written(selection)),
        "dependent": query_of(msgspec.structs.replace(_as_written(selection), dependent="only")),
    }


def _as_written(selection: Selection) -> Selection:
    return msgspec.structs.replace(selection, duplicates="as_written")


def _sized(index: Index, rows: IntArray, selection: Selection, field: Field) -> list[_Part]:
    """Return the parts in which something counts, by value of a field."""
    found = parts(index, rows, field)
    sized = (_Part(len(counted(index.columns, part, selection)), key, part) for key, part in found)
    return [part for part in sized if part.size]


def _largest(found: Sequence[_Part]) -> list[_Part]:
    """Return the most frequent: an interval costs more than a count, and only these are shown."""
    return sorted(found, key=lambda part: (-part.size, part.key or ""))[:_SPECIALTIES_SHOWN]


def _tallies(index: Index, selection: Selection, field: Field, found: Sequence[_Part]) -> Iterator[Tally]:
    for part in found:
        mine = selection.also(field, part.key)
        outcomes = count(index.columns, part.rows, mine, listed=False)
        yield Tally(
            key=part.key,
            n=outcomes.n,
            letters=outcomes.letters,
            overturned=outcomes.overturned,
            overturn_rate=outcomes.overturn_rate,
            interval=outcomes.interval,
            items=query_of(mine),
        )
