"""Which rows count: against the plain way of counting them, however few or many they are."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import Columns
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from service.selection import Selection, counted, field_values, holding, parts, place_after

ONCE = Selection(duplicates="once")


@st.composite
def sayings(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Return what each item stands for, and some rows."""
    size = draw(st.integers(1, 100))
    saying = draw(st.lists(st.integers(0, size - 1), min_size=size, max_size=size))
    return saying, sorted(draw(st.sets(st.integers(0, size - 1), max_size=size)))


@given(sayings())
def test_the_first_of_each_saying_counts(drawn: tuple[list[int], list[int]]) -> None:
    saying, rows = drawn
    nothing = np.zeros(len(saying), dtype=np.int64)
    never = nothing.astype(np.bool_)
    columns = Columns(nothing, nothing, never, never, np.asarray(saying, dtype=np.int64))
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(saying[row], row)
    assert counted(columns, np.asarray(rows, dtype=np.int64), ONCE).tolist() == sorted(first.values())


@given(st.data())
def test_parts_by_year_and_outcome_are_those_of_all_rows_that_are_among_some(
    sample_index: Index, data: st.DataObject
) -> None:
    total = sample_index.counts.items
    rows = sorted(data.draw(st.sets(st.integers(0, total - 1), max_size=40)))
    for field in ("year", "outcome"):
        values = field_values(sample_index, field)
        expected = {
            name: [row for row in values.row[values.code == code].tolist() if row in rows]
            for code, name in enumerate(values.names)
        }
        found = {key: part.tolist() for key, part in parts(sample_index, np.asarray(rows, dtype=np.int64), field)}
        rest = found.pop(None, [])
        assert found == {name: mine for name, mine in expected.items() if mine}
        assert sorted([*rest, *itertools.chain.from_iterable(found.values())]) == rows


@given(st.data())
def test_keys_are_found_among_rows(sample_index: Index, data: st.DataObject) -> None:
    keys = sample_index.select(NO_FILTERS)
    rows = sample_index.rows(Filters(outcome=("overturned",)))
    passing = sample_index.keys(rows)
    asked = data.draw(st.lists(st.sampled_from([*keys, ItemKey("", 1), ItemKey("zzz", 1)]), max_size=10))
    assert holding(sample_index, rows, asked) == set(passing).intersection(asked)
    for key in asked:
        assert place_after(sample_index, rows, key) == sum(other <= key for other in passing)
    assert holding(sample_index, rows[:0], asked) == frozenset()
