"""What is counted, as arrays: one entry an item, in order of row, so that a count never decodes a letter.

An item's row is its place in order of key (determination id, number). An item takes 26 bytes, each of its values 16.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.duplicates import representatives
from indexer.records import Determination, DisputedItem

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Fields of `Values` beside the filters' own: what the reviewer relied on, as 'MTUS: title' and 'MTUS: title § section'.
CITED_FIELDS = ("cited", "section")
AUTHORITY_END = ": "
SECTION_SIGN = " \u00a7 "
NO_DATE = 0


class Columns(NamedTuple):
    """Facts of every item: `letter` numbers its letter, `decided` is the day (proleptic ordinal, 0 not known).

    Items with equal `saying`, the row of one of them, say the same of the same treatment with the same outcome.
    """

    letter: IntArray
    decided: IntArray
    overturned: BoolArray
    dependent: BoolArray
    saying: IntArray


class Values(NamedTuple):
    """The values of one field: item `row[i]` has the value `names[code[i]]`; in order of code, then of row."""

    names: tuple[str, ...]
    code: IntArray
    row: IntArray


def columns_of(determinations: Sequence[Determination], saying: Sequence[int] | None = None) -> Columns:
    """Return the columns of letters that stand in order of id; `saying` is decided here where it is not given."""
    letter: list[int] = []
    decided: list[int] = []
    overturned: list[bool] = []
    dependent: list[bool] = []
    for number, determination in enumerate(determinations):
        for item in determination.items:
            letter.append(number)
            decided.append(_ordinal(determination.dates.decision))
            overturned.append(item.outcome == "overturned")
            dependent.append(item.depends_on is not None)
    return Columns(
        letter=np.asarray(letter, dtype=np.int64),
        decided=np.asarray(decided, dtype=np.int64),
        overturned=np.asarray(overturned, dtype=np.bool_),
        dependent=np.asarray(dependent, dtype=np.bool_),
        saying=np.asarray(representatives(determinations) if saying is None else saying, dtype=np.int64),
    )


def cited_pairs(determinations: Sequence[Determination]) -> Iterator[tuple[str, str, int]]:
    """Return (field, value, row) for what reviewers relied on; of several spellings the commonest is the value."""
    items = [item for letter in determinations for item in letter.items]
    spelt = _commonest(value for item in items for _, value in sorted(cited_of(item)))
    for row, item in enumerate(items):
        for field, value in sorted({(field, spelt[value.casefold()]) for field, value in cited_of(item)}):
            yield field, value, row


def values_of(determination: Determination, item: DisputedItem) -> set[tuple[str, str]]:
    """Return the (field, value) pairs by which an item can be filtered, values case-folded; reasons left out."""
    pairs: set[tuple[str, str]] = set()
    for treatment in item.treatments:
        pairs.add(("treatment", treatment.concept))
        pairs.add(("category", treatment.category))
        pairs.add(("category", treatment.category.partition(" > ")[0]))
    pairs.update(("body_region", region) for region in item.body_regions)
    pairs.update(("specialty", name) for name in determination.reviewer.specialties_normalised)
    for citation in item.citations:
        if citation.cited_by == "imr":
            pairs.add(("guideline", citation.authority))
            pairs.add(("guideline", citation.title))
    return {(field, value.casefold()) for field, value in pairs}


def cited_of(item: DisputedItem) -> set[tuple[str, str]]:
    """Return the (field, value) pairs of what an item's reviewer relied on, as it is spelt."""
    found: set[tuple[str, str]] = set()
    for citation in item.citations:
        if citation.cited_by != "imr":
            continue
        title = f"{citation.authority}{AUTHORITY_END}{_plain(citation.title) or '(no title)'}"
        found.add(("cited", title))
        found.update(
            ("section", f"{title}{SECTION_SIGN}{_plain(section)}") for section in citation.sections if _plain(section)
        )
    return found


def values_from(pairs: Iterable[tuple[str, int]]) -> Values:
    """Make `Values` of (value, row) pairs in order of value, then of row."""
    names: dict[str, int] = {}
    code: list[int] = []
    row: list[int] = []
    for value, item in pairs:
        code.append(names.setdefault(value, len(names)))
        row.append(item)
    return Values(tuple(names), np.asarray(code, dtype=np.int64), np.asarray(row, dtype=np.int64))


def joined_values(parts: Sequence[tuple[Values, npt.NDArray[np.signedinteger]]]) -> Values:
    """Join the values of parts of an index.

    Args:
        parts: the values of each part, with the row of each of its items, negative where the item does not count.

    Returns:
        The values in order; of several spellings of one value the commonest stands for all.
    """
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kept: list[tuple[tuple[str, ...], IntArray, IntArray]] = []
    for values, row_of in parts:
        row = row_of[values.row].astype(np.int64)
        held = row >= 0
        code, row = values.code[held].astype(np.int64), row[held]
        kept.append((values.names, code, row))
        for name, count in zip(values.names, np.bincount(code, minlength=len(values.names)).tolist(), strict=True):
            if count:
                spelt[name.casefold()][name] += count
    chosen = {folded: min(counted, key=lambda one: (-counted[one], one)) for folded, counted in spelt.items()}
    names = tuple(sorted(chosen.values()))
    places = {name.casefold(): place for place, name in enumerate(names)}
    codes = [
        np.asarray([places.get(name.casefold(), 0) for name in theirs], dtype=np.int64)[code]
        for theirs, code, _ in kept
    ]
    nothing = np.zeros(0, dtype=np.int64)
    code = np.concatenate([nothing, *codes])
    row = np.concatenate([nothing, *(rows for _, _, rows in kept)])
    # Parts are in order already, so sorting stably is merging; an item may have two spellings of one value.
    key = code * (int(row.max(initial=0)) + 1) + row
    order = np.argsort(key, kind="stable")
    once = np.ones(len(order), dtype=np.bool_)
    once[1:] = np.diff(key[order]) != 0
    return Values(names, code[order][once], row[order][once])


def _plain(text: str) -> str:
    return " ".join(text.replace(SECTION_SIGN.strip(), " ").split())


def _commonest(values: Iterable[str]) -> dict[str, str]:
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for value in values:
        spellings[value.casefold()][value] += 1
    return {folded: min(counted, key=lambda value: (-counted[value], value)) for folded, counted in spellings.items()}


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else NO_DATE
