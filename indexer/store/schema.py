"""The records file of a generation (SQLite), and how filters become its conditions."""

import sqlite3
from pathlib import Path

from indexer.filters import FACETS, Filters
from indexer.records import Determination, DisputedItem

RECORDS = "records.sqlite"

TABLES = """
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
    """Return the SQL condition over table items for a set of filters, with its parameters; '1' for none."""
    conditions: list[str] = []
    parameters: list[str] = []
    if filters.outcome:
        conditions.append(f"outcome IN ({_marks(filters.outcome)})")
        parameters += filters.outcome
    for field in FACETS:
        wanted: tuple[str, ...] = getattr(filters, field)
        if wanted:
            condition, values = _by_value(field, wanted)
            conditions.append(condition)
            parameters += values
    if filters.decision_from:
        conditions.append("decision_date >= ?")
        parameters.append(filters.decision_from.isoformat())
    if filters.decision_to:
        conditions.append("decision_date <= ?")
        parameters.append(filters.decision_to.isoformat())
    if filters.exclude_cases:
        marks = _marks(filters.exclude_cases)
        folded = [case.strip().casefold() for case in filters.exclude_cases]
        conditions.append(
            f"lower(coalesce(case_number, '')) NOT IN ({marks}) AND lower(determination_id) NOT IN ({marks})"
        )
        parameters += [*folded, *folded]
    return " AND ".join(conditions) or "1", parameters


def _by_value(field: str, wanted: tuple[str, ...]) -> tuple[str, list[str]]:
    folded = [value.casefold() for value in wanted]
    # Words of a guideline's title will do: 'chronic pain' finds 'Chronic Pain Medical Treatment'.
    tests = ["instr(value, ?)" if field == "guideline" else "value = ?"] * len(wanted)
    return f"item IN (SELECT item FROM item_values WHERE field = '{field}' AND ({' OR '.join(tests)}))", folded  # noqa: S608 - only fixed words and marks


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
