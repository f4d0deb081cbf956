"""What the record shows for a request's cohort: counts and rates, never a prediction."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import DisputedItem
from service.records import Cohort, Outcomes
from service.understand import RequestedItem

LEAST_ITEMS = 20
LEAST_LETTERS = 10
_RESAMPLES = 1000
_SEED = 20131
_INTERVAL = (2.5, 97.5)


class Decided(NamedTuple):
    """A decided item of a letter, with the item that stands for all that say the same."""

    letter: str
    item: DisputedItem
    stands_for: ItemKey


def outcomes_for(asked: RequestedItem, index: Index, filters: Filters, base_rate: float | None) -> Outcomes:
    """Return the outcomes of the narrowest cohort with enough decisions, else of the widest there is.

    Cohorts, in turn: treatment and body region, treatment, category. The filters hold in each, but for the outcome,
    which is what is counted. `base_rate` is the whole index's, from `base_rate_of`.
    """
    open_filters = msgspec.structs.replace(filters, outcome=())
    widest: Outcomes | None = None
    for cohort, narrowed in _cohorts(asked, open_filters):
        found = count_outcomes(_decided(index, index.select(narrowed)), base_rate, cohort)
        if found.overturn_rate is not None:
            return found
        widest = found
    return widest or count_outcomes((), base_rate, None)


def _cohorts(asked: RequestedItem, filters: Filters) -> list[tuple[Cohort, Filters]]:
    if not asked.treatments:
        return []
    treatment = asked.treatments[0]
    cohorts = []
    if asked.body_regions:
        region = asked.body_regions[0]
        cohorts.append(
            (
                Cohort(level="treatment and body region", treatment=treatment.concept, body_region=region),
                msgspec.structs.replace(filters, treatment=(treatment.concept,), body_region=(region,)),
            )
        )
    cohorts.append(
        (
            Cohort(level="treatment", treatment=treatment.concept, body_region=None),
            msgspec.structs.replace(filters, treatment=(treatment.concept,)),
        )
    )
    cohorts.append(
        (
            Cohort(level="category", treatment=treatment.category, body_region=None),
            msgspec.structs.replace(filters, category=(treatment.category,)),
        )
    )
    return cohorts


def count_outcomes(decided: Iterable[Decided], base_rate: float | None, cohort: Cohort | None) -> Outcomes:
    """Count decisions: near-duplicates once, dependent items left out; rates None under 20 items or 10 letters."""
    kept: dict[ItemKey, tuple[str, bool]] = {}
    for letter, item, standing in decided:
        if item.depends_on is None:
            kept.setdefault(standing, (letter, item.outcome == "overturned"))
    n = len(kept)
    letters = len({letter for letter, _ in kept.values()})
    overturned = sum(granted for _, granted in kept.values())
    enough = n >= LEAST_ITEMS and letters >= LEAST_LETTERS
    return Outcomes(
        n=n,
        letters=letters,
        upheld=n - overturned,
        overturned=overturned,
        overturn_rate=round(overturned / n, 4) if enough else None,
        interval=_interval(list(kept.values())) if enough else None,
        base_rate=base_rate,
        cohort=cohort,
    )


def _interval(kept: Sequence[tuple[str, bool]]) -> tuple[float, float]:
    """Return a 95% interval of the overturn rate, resampling letters: items of one letter go together.

    Source: cluster bootstrap, percentile method (Davison and Hinkley, Bootstrap Methods, 1997, 3.8).
    """
    letters = sorted({letter for letter, _ in kept})
    place = {letter: number for number, letter in enumerate(letters)}
    items = np.zeros(len(letters))
    granted = np.zeros(len(letters))
    for letter, overturned in kept:
        items[place[letter]] += 1
        granted[place[letter]] += overturned
    draws = np.random.default_rng(_SEED).integers(0, len(letters), size=(_RESAMPLES, len(letters)))
    rates = granted[draws].sum(axis=1) / items[draws].sum(axis=1)
    low, high = np.percentile(rates, _INTERVAL)
    return round(float(low), 4), round(float(high), 4)


def base_rate_of(index: Index) -> float | None:
    """Return the overturn rate of the whole index, counted the same way; None where it is too small."""
    return count_outcomes(_decided(index, index.select(NO_FILTERS)), None, None).overturn_rate


def _decided(index: Index, keys: Sequence[ItemKey]) -> Iterable[Decided]:
    for key in keys:
        determination = index.determination(key.determination_id)
        item = determination.item(key.item) if determination else None
        if determination is not None and item is not None:
            yield Decided(key.determination_id, item, index.stands_for(key))
