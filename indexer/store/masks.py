"""Filters as masks over rows: the one place where it is decided what passes."""

from typing import Protocol

import numpy as np

from indexer.columns import NO_DATE, BoolArray, Columns, IntArray, Values
from indexer.filters import FACETS, Filters


class Filtered(Protocol):
    """What filters are decided by."""

    @property
    def columns(self) -> Columns:
        """What is counted of every item."""
        ...

    def values(self, field: str) -> Values:
        """Return the values of a field."""
        ...

    def of_cases(self, cases: tuple[str, ...]) -> IntArray:
        """Return the rows of the letters with one of some case numbers or ids, in any case."""
        ...

    def holding(self, phrases: tuple[str, ...]) -> IntArray:
        """Return the rows of the items that hold every phrase."""
        ...


def mask_of(filters: Filters, index: Filtered) -> BoolArray:
    """Return for every row whether it passes. A null field never matches a filter."""
    columns = index.columns
    mask = np.ones(len(columns.letter), dtype=np.bool_)
    if filters.outcome:
        granted, denied = "overturned" in filters.outcome, "upheld" in filters.outcome
        mask &= np.where(columns.overturned, granted, denied)
    for field in FACETS:
        wanted: tuple[str, ...] = getattr(filters, field)
        if wanted:
            mask &= _rows_mask(len(mask), _having(index.values(field), field, {value.casefold() for value in wanted}))
    if filters.decision_from:
        mask &= columns.decided >= filters.decision_from.toordinal()
    if filters.decision_to:
        mask &= (columns.decided <= filters.decision_to.toordinal()) & (columns.decided != NO_DATE)
    if filters.exclude_cases:
        mask[index.of_cases(filters.exclude_cases)] = False
    if filters.phrases:
        mask &= _rows_mask(len(mask), index.holding(filters.phrases))
    return mask


def _having(values: Values, field: str, wanted: set[str]) -> IntArray:
    """Return the rows that have one of the values that are wanted, one more than once where it has several."""
    if field == "guideline":
        # Words of a guideline's title will do: 'chronic pain' finds 'Chronic Pain Medical Treatment'.
        codes = [code for code, name in enumerate(values.names) if any(part in name for part in wanted)]
    else:
        codes = [code for code, name in enumerate(values.names) if name in wanted]
    # Values stand in order of code, so each code's rows are one run.
    starts, ends = (np.searchsorted(values.code, codes, side) for side in ("left", "right"))
    parts = [values.row[start:end] for start, end in zip(starts, ends, strict=True)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _rows_mask(count: int, rows: IntArray) -> BoolArray:
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask
