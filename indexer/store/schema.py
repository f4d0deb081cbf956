"""The records file of a generation (SQLite), and how filters become its conditions."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from indexer.filters import FACETS, Filters
from indexer.records import Determination, DisputedItem
from indexer.store.counted import COUNTED_TABLES

RECORDS = "records.sqlite"

_LISTED = "(SELECT value FROM json_each(?))"

TABLES = (
    """
CREATE TABLE determinations (id TEXT PRIMARY KEY, case_number TEXT, record BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX determinations_by_case ON determinations (case_number);
CREATE TABLE items (
    item INTEGER PRIMARY KEY,
    determination_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    case_number TEXT,
    outcome TEXT NOT NULL,
    decision_date TEXT,
    UNIQUE (determination_id, number)
);
CREATE TABLE item_values (field TEXT, value TEXT, item INTEGER, PRIMARY KEY (field, value, item)) WITHOUT ROWID;
CREATE TABLE passages (
    passage INTEGER PRIMARY KEY,
    item INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    embedded_sha256 BLOB NOT NULL
);
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, determination_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rejected (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
"""
    + COUNTED_TABLES
)


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open a published records file: it never changes again, so no lock is taken."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def values_of(determination: Determination, item: DisputedItem) -> set[tuple[str, str]]:
    """Return the (field, value) pairs by which an item can be filtered, values case-folded."""
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


def where(filters: Filters) -> tuple[str, list[str]]:
    """Return the SQL condition over table items for a set of filters, with its parameters; '1' for none.

    Each list of values is one parameter, a JSON array: SQLite bounds the number of parameters and the length of chains.
    """
    conditions: list[str] = []
    parameters: list[str] = []
    if filters.outcome:
        conditions.append(f"outcome IN {_LISTED}")
        parameters.append(_listed(filters.outcome))
    for field in FACETS:
        wanted: tuple[str, ...] = getattr(filters, field)
        if wanted:
            conditions.append(_by_value(field))
            parameters.append(_listed(wanted))
    if filters.decision_from:
        conditions.append("decision_date >= ?")
        parameters.append(filters.decision_from.isoformat())
    if filters.decision_to:
        conditions.append("decision_date <= ?")
        parameters.append(filters.decision_to.isoformat())
    if filters.exclude_cases:
        conditions.append(f"(case_number IS NULL OR lower(case_number) NOT IN {_LISTED})")
        conditions.append(f"lower(determination_id) NOT IN {_LISTED}")
        parameters += [_listed(case.strip() for case in filters.exclude_cases)] * 2
    return " AND ".join(conditions) or "1", parameters


def _by_value(field: str) -> str:
    # Words of a guideline's title will do: 'chronic pain' finds 'Chronic Pain Medical Treatment'.
    test = (
        "EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE instr(item_values.value, wanted.value))"
        if field == "guideline"
        else f"value IN {_LISTED}"
    )
    return f"item IN (SELECT item FROM item_values WHERE field = '{field}' AND {test})"  # noqa: S608 - only fixed words


def _listed(values: Iterable[str]) -> str:
    return json.dumps([value.casefold() for value in values])
