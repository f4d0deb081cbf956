"""Whether the records of a generation go together: rows against letters, places against texts."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence

import msgspec

from indexer.index import Counts
from indexer.records import Determination, DisputedItem, Span
from indexer.store.schema import values_of

# Rows of other tables that belong to nothing, as (what is told, query of their number).
_STRAYS = (
    ("values of no item", "SELECT count(*) FROM item_values WHERE item NOT IN (SELECT item FROM items)"),
    ("reasons of no item", "SELECT count(*) FROM item_reasons WHERE item NOT IN (SELECT item FROM items)"),
    ("cited titles of no item", "SELECT count(*) FROM item_cited WHERE item NOT IN (SELECT item FROM items)"),
    ("counted rows of no item", "SELECT count(*) FROM item_columns WHERE item NOT IN (SELECT item FROM items)"),
    ("items that are not counted", "SELECT count(*) FROM items WHERE item NOT IN (SELECT item FROM item_columns)"),
    (
        "items whose standing near-duplicate stands not for itself",
        """SELECT count(*) FROM item_columns AS one LEFT JOIN item_columns AS other ON other.item = one.saying
        WHERE other.item IS NULL OR other.saying != other.item""",
    ),
    ("files of no letter", "SELECT count(*) FROM files WHERE determination_id NOT IN (SELECT id FROM determinations)"),
    ("letters of no file", "SELECT count(*) FROM determinations WHERE id NOT IN (SELECT determination_id FROM files)"),
)


def record_problems(connection: sqlite3.Connection, counts: Counts) -> Iterator[str]:
    """Yield what is wrong with a records file, a line each.

    Args:
        connection: the records file.
        counts: what the manifest says it holds.
    """
    try:
        yield from _counted(connection, counts)
        rationales: list[Span] = []
        yield from _letters(connection, rationales)
        yield from _misplaced(connection, "passages", "passage", rationales)
        yield from _misplaced(connection, "item_reasons", "item", rationales)
        for what, query in _STRAYS:
            (number,) = connection.execute(query).fetchone()
            if number:
                yield f"holds {number} {what}"
    except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError) as error:
        yield f"cannot be read: {error}"


def letters_in(connection: sqlite3.Connection) -> Iterator[Determination]:
    """Yield the letters of a records file, in order of id."""
    for (record,) in connection.execute("SELECT record FROM determinations ORDER BY id"):
        yield msgspec.json.decode(record, type=Determination)


def _counted(connection: sqlite3.Connection, counts: Counts) -> Iterator[str]:
    told = {
        "determinations": counts.letters,
        "items": counts.items,
        "passages": counts.passages,
        "rejected": counts.rejected,
    }
    for table, expected in told.items():
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - fixed names
        if found != expected:
            yield f"holds {found} {table}, the manifest says {expected}"


def _letters(connection: sqlite3.Connection, rationales: list[Span]) -> Iterator[str]:
    """Yield what is wrong with letters and their items; `rationales` receives each row's."""
    columns = "item, determination_id, number, case_number, outcome, decision_date"
    rows = connection.execute(f"SELECT {columns} FROM items ORDER BY item")  # noqa: S608 - fixed names
    values = _values(connection)
    for name, case, record in connection.execute("SELECT id, case_number, record FROM determinations ORDER BY id"):
        letter = msgspec.json.decode(record, type=Determination)
        if (letter.id, letter.case_number) != (name, case):
            yield f"letter {name} holds the record of {letter.id}"
        if hashlib.sha256(letter.text.encode()).hexdigest() != letter.text_sha256:
            yield f"the text of {name} has another sha256 than its text_sha256"
        decided = letter.dates.decision.isoformat() if letter.dates.decision else None
        for item in letter.items:
            row = len(rationales)
            rationales.append(item.rationale)
            yield from (f"{name} item {item.number}: {what}" for what in _span_problems(letter, item))
            found = rows.fetchone()
            if found != (row, name, item.number, case, item.outcome, decided):
                yield f"item row {row} is {found}, which is not item {item.number} of {name}"
                return
            if values.get(row, set()) != values_of(letter, item):
                yield f"{name} item {item.number}: its filter values are not its own"
    if rows.fetchone():
        yield "holds items of no letter"


def _values(connection: sqlite3.Connection) -> dict[int, set[tuple[str, str]]]:
    """Return the values by which each row is filtered, reasons left out."""
    found: dict[int, set[tuple[str, str]]] = {}
    for field, value, row in connection.execute("SELECT field, value, item FROM item_values WHERE field != 'reason'"):
        found.setdefault(row, set()).add((field, value))
    return found


def _span_problems(letter: Determination, item: DisputedItem) -> Iterator[str]:
    spans = {
        "heading": item.heading,
        "claims administrator's guideline": item.claims_administrator_guideline,
        "guideline": item.imr_guideline,
        "rationale": item.rationale,
    }
    for what, span in spans.items():
        if span is not None and letter.text[span.start : span.end] != span.text:
            yield f"its {what} is not the letter's text at its place"


def _misplaced(connection: sqlite3.Connection, table: str, key: str, rationales: Sequence[Span]) -> Iterator[str]:
    """Yield how many places of a table are not inside the rationale of their item."""
    wrong = []
    query = f'SELECT {key}, item, start, "end" FROM {table}'  # noqa: S608 - fixed names
    for name, row, start, end in connection.execute(query):
        inside = 0 <= row < len(rationales) and rationales[row].start <= start < end <= rationales[row].end
        if not inside:
            wrong.append(name)
    if wrong:
        yield f"holds {len(wrong)} {table} outside their item's rationale, the first of {key} {min(wrong)}"
