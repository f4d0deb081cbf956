"""Which items a number counts, and the query of /api/items that lists them."""

import bisect
from collections.abc import Collection
from typing import Literal, get_args
from urllib.parse import urlencode

import msgspec
import numpy as np
import numpy.typing as npt

from config.errors import FilterFault
from indexer.columns import NO_DATE, BoolArray, Columns, IntArray, Values
from indexer.filters import FACETS, NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Record

Dependent = Literal["include", "exclude", "only"]
Duplicates = Literal["once", "as_written"]
Field = Literal[
    "outcome", "treatment", "category", "body_region", "specialty", "guideline", "reason", "year", "cited", "section"
]
FIELDS: tuple[Field, ...] = get_args(Field)

_OUTCOMES = ("upheld", "overturned")
_FIRST_DAY = np.datetime64("0001-01-01")
_EPOCH = 1970
_LONGEST_SHOWN = 60
# Fewer rows than one in so many are sorted, where they are made unique.
_FEW = 16


class Selection(Record, frozen=True):
    """Filters, and what they cannot say.

    Each of `has` is 'FIELD:VALUE' and must hold exactly ('year:2016'); with no value, the item has none of the field.
    """

    filters: Filters = NO_FILTERS
    has: tuple[str, ...] = ()
    dependent: Dependent = "include"
    duplicates: Duplicates = "as_written"

    def also(self, field: Field, value: str | None) -> "Selection":
        """Return the part of the selection that has a value of a field, or for None has none."""
        return msgspec.structs.replace(self, has=(*self.has, f"{field}:{value or ''}"))


def rated(filters: Filters) -> Selection:
    """Return what a rate counts: items that say the same once, those that stand or fall with another left out."""
    return Selection(filters=filters, dependent="exclude", duplicates="once")


def query_of(selection: Selection) -> str:
    """Return the query of /api/items that lists a selection."""
    told = msgspec.to_builtins(selection)
    plain = msgspec.to_builtins(Selection())
    fields = {**told.pop("filters"), **told}
    left_out = {**plain.pop("filters"), **plain}
    return urlencode({name: value for name, value in fields.items() if value != left_out[name]}, doseq=True)


def rows_of(index: Index, selection: Selection) -> IntArray:
    """Return the rows of a selection, ascending; of those that say the same the first, where they count once.

    Raises:
        FilterFault: a condition of `has` names no field, or a value that no item has.
    """
    return counted(index.columns, matching(index, selection), selection)


def matching(index: Index, selection: Selection) -> IntArray:
    """Return the rows that pass the filters and conditions, whatever is said of dependents and duplicates."""
    rows = index.rows(selection.filters)
    for condition in selection.has:
        rows = rows[_holding(index, condition)[rows]]
    return rows


def counted(columns: Columns, rows: IntArray, selection: Selection) -> IntArray:
    """Return the rows among some that a selection counts."""
    if selection.dependent != "include":
        rows = rows[columns.dependent[rows] == (selection.dependent == "only")]
    if selection.duplicates == "once":
        rows = _first_of_each(columns.saying, rows)
    return rows


def _first_of_each(saying: IntArray, rows: IntArray) -> IntArray:
    """Return the first row of each saying among some ascending rows."""
    said = saying[rows]
    if len(rows) < len(saying) // _FEW:
        places: IntArray = np.sort(np.unique(said, return_index=True)[1])
        return rows[places]
    # Written last to first, so that the first stands. Nothing else is read, but memory for every item is touched.
    first = np.empty(len(saying), dtype=np.int64)
    first[said[::-1]] = rows[::-1]
    is_first: BoolArray = first[said] == rows
    return rows[is_first]


def place_after(index: Index, rows: IntArray, key: ItemKey) -> int:
    """Return how many of some ascending rows stand at or before a key; rows are numbered in order of key."""
    return bisect.bisect_right(range(len(rows)), key, key=lambda place: index.keys(rows[place : place + 1])[0])


def holding(index: Index, rows: IntArray, keys: Collection[ItemKey]) -> frozenset[ItemKey]:
    """Return the keys that stand at some ascending rows, however many rows there are."""
    ends = ((key, place_after(index, rows, key)) for key in keys)
    return frozenset(key for key, end in ends if index.keys(rows[max(end - 1, 0) : end]) == [key])


def field_values(index: Index, field: Field) -> Values:
    """Return the values of a field with the rows that have them."""
    return _of_columns(index.columns, _every(index), field) or index.values(field)


def parts(index: Index, rows: IntArray, field: Field) -> list[tuple[str | None, IntArray]]:
    """Return the rows by value of a field, in order of value; last, under None, those that have none."""
    if not len(rows):
        return []
    # What columns tell is asked of these rows alone.
    values = _of_columns(index.columns, rows, field) or index.values(field)
    chosen = _mask(len(index.columns.letter), rows)
    held = chosen[values.row]
    code, row = values.code[held], values.row[held]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    found: list[tuple[str | None, IntArray]] = [
        (values.names[code[start]], part) for start, part in zip(starts, np.split(row, starts[1:]), strict=False)
    ]
    chosen[row] = False
    left = np.flatnonzero(chosen)
    return [*found, (None, left)] if len(left) else found


def _holding(index: Index, condition: str) -> BoolArray:
    """Return for every row whether a condition of `has` holds."""
    name, colon, value = condition.partition(":")
    field = next((known for known in FIELDS if known == name), None)
    if field is None or not colon:
        raise FilterFault(f"has must be FIELD:VALUE, FIELD one of {', '.join(FIELDS)}")
    values = field_values(index, field)
    total = len(index.columns.letter)
    if not value:
        return ~_mask(total, values.row)
    wanted = value.casefold() if field in FACETS else value
    if wanted not in values.names:
        shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
        raise FilterFault(f"has: no indexed decision has {field.replace('_', ' ')} {{given}}", given=shown)
    return _mask(total, values.row[values.code == values.names.index(wanted)])


def _mask(total: int, rows: IntArray) -> BoolArray:
    mask = np.zeros(total, dtype=np.bool_)
    mask[rows] = True
    return mask


def _every(index: Index) -> IntArray:
    return np.arange(len(index.columns.letter))


def _of_columns(columns: Columns, rows: IntArray, field: Field) -> Values | None:
    """Return the values that some ascending rows have of a field that stands in a column; None for another field."""
    if field == "year":
        return _by_year(columns, rows)
    if field == "outcome":
        granted = columns.overturned[rows]
        order = np.argsort(granted, kind="stable")
        return Values(_OUTCOMES, granted[order].astype(np.int64), rows[order])
    return None


def _by_year(columns: Columns, rows: IntArray) -> Values:
    dated = rows[columns.decided[rows] != NO_DATE]
    if not len(dated):
        return Values((), dated, dated)
    days = columns.decided[dated]
    first = int(days.min())
    year = _years(first, int(days.max()))[days - first]
    # Numbers of 16 bits are sorted in one pass.
    order = np.argsort(year, kind="stable")
    year, dated = year[order], dated[order]
    new = np.diff(year, prepend=year[0] - 1) != 0
    return Values(tuple(f"{name:04}" for name in year[new].tolist()), np.cumsum(new) - 1, dated)


def _years(first: int, last: int) -> npt.NDArray[np.int16]:
    """Return the year of each day from the first to the last, proleptic ordinals."""
    days = _FIRST_DAY + np.arange(first - 1, last).astype("timedelta64[D]")
    return (days.astype("datetime64[Y]").astype(np.int64) + _EPOCH).astype(np.int16)
