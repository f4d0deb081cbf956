"""Whether a generation in PostgreSQL is whole: rows against letters, places against texts, vectors, postings.

PostgreSQL checks its own pages where the cluster has checksums (the default since version 18); this checks that what
the tables hold goes together.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, LiteralString

import msgspec
import numpy as np
import psycopg

from indexer.columns import values_of
from indexer.facts import ItemFacts, facts_of
from indexer.postgres.base import TABLES, Base
from indexer.postgres.generations import Generation
from indexer.postgres.postings import unpack
from indexer.records import Determination, DisputedItem

Connection = psycopg.Connection[Any]

_LETTERS = 2000
# Rounding to halves moves the length of a vector of some hundred numbers by less.
_NORM_NOISE = 2e-3

_LIVE_ROWS: LiteralString = """
WITH letters AS (SELECT letter, id FROM {letter} WHERE {live}),
    items AS (SELECT item, letter, label, passages FROM {item} WHERE {live}),
    passages AS (SELECT item FROM {passage} WHERE {live}),
    files AS (SELECT determination_id FROM {file} WHERE {live})
"""
# Rows that belong to nothing, as (table, what is told, query of their number).
_STRAYS: tuple[tuple[str, str, LiteralString], ...] = (
    ("item", "items of no letter", "SELECT count(*) FROM items WHERE letter NOT IN (SELECT letter FROM letters)"),
    ("passage", "passages of no item", "SELECT count(*) FROM passages WHERE item NOT IN (SELECT item FROM items)"),
    (
        "passage",
        "passages too few or too many, counted by item",
        """SELECT count(*) FROM items LEFT JOIN (SELECT item, count(*) AS held FROM passages GROUP BY item) AS counted
        USING (item) WHERE passages <> coalesce(held, 0)""",
    ),
    (
        "item_value",
        "values of no item",
        "SELECT count(*) FROM {item_value} WHERE item NOT IN (SELECT item FROM {item})",
    ),
    (
        "item_reason",
        "reasons of no item",
        "SELECT count(*) FROM {item_reason} WHERE item NOT IN (SELECT item FROM {item})",
    ),
    (
        "item_words",
        "items without words",
        "SELECT count(*) FROM items WHERE item NOT IN (SELECT item FROM {item_words})",
    ),
    ("saying", "items of no group", "SELECT count(*) FROM items WHERE label NOT IN (SELECT label FROM {saying})"),
    ("file", "files of no letter", "SELECT count(*) FROM files WHERE determination_id NOT IN (SELECT id FROM letters)"),
    ("file", "letters of no file", "SELECT count(*) FROM letters WHERE id NOT IN (SELECT determination_id FROM files)"),
)


class Checking:
    """Checks one generation through a connection in a transaction of one snapshot."""

    def __init__(self, connection: Connection, generation: Generation) -> None:
        """Check a generation."""
        self._connection = connection
        self._generation = generation
        self._base = Base(generation.base, generation.made.model.dimension)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, as (table, what), a line each."""
        yield from self.miscounted()
        for table, what, query in _STRAYS:
            ((number,),) = self._rows(_LIVE_ROWS + query)
            if number:
                yield table, f"holds {number} {what}"
        numbers = [number for (number,) in self._rows("SELECT letter FROM {letter} WHERE {live} ORDER BY id")]
        for start in range(0, len(numbers), _LETTERS):
            yield from self._letters(numbers[start : start + _LETTERS])
        yield from self._vectors()
        yield from self._postings()

    def counted(self) -> dict[str, int]:
        """Return how many live rows each table holds that a generation counts."""
        queries: dict[str, LiteralString] = {
            "letter": "SELECT count(*) FROM {letter} WHERE {live}",
            "item": "SELECT count(*) FROM {item} WHERE {live}",
            "passage": "SELECT count(*) FROM {passage} WHERE {live}",
            "rejected": "SELECT count(*) FROM {rejected} WHERE {live}",
        }
        return {table: int(self._rows(query)[0][0]) for table, query in queries.items()}

    def bytes(self) -> int:
        """Return how much room the tables and their indexes take."""
        parts = [f"imr.{name}_{self._base.number}" for name in TABLES]
        query = "SELECT coalesce(sum(pg_total_relation_size(name::regclass)), 0) FROM unnest(%s::text[]) AS name"
        row = self._connection.execute(query, [parts]).fetchone()
        return int(row[0]) if row else 0

    def miscounted(self) -> Iterator[tuple[str, str]]:
        """Yield which tables hold another number of rows than the generation says."""
        counts = self._generation.counts
        told = {
            "letter": counts.letters,
            "item": counts.items,
            "passage": counts.passages,
            "rejected": counts.rejected,
        }
        for table, found in self.counted().items():
            if found != told[table]:
                yield table, f"holds {found} rows, the generation says {told[table]}"

    def _letters(self, numbers: list[int]) -> Iterator[tuple[str, str]]:
        told = {"letters": numbers}
        items: dict[int, list[tuple[Any, ...]]] = {number: [] for number in numbers}
        for row in self._rows(
            "SELECT letter, item, number, outcome, decided, dependent, facts FROM {item} "
            "WHERE letter = ANY(%(letters)s) ORDER BY number",
            told,
        ):
            items[row[0]].append(row[1:])
        values = self._values(told)
        places = self._places(told)
        for number, name, case, record in self._rows(
            "SELECT letter, id, case_number, record FROM {letter} WHERE letter = ANY(%(letters)s) ORDER BY id", told
        ):
            try:
                letter = msgspec.json.decode(record, type=Determination)
            except (msgspec.DecodeError, ValueError) as error:
                yield "letter", f"the record of {name} cannot be read: {error}"
                continue
            yield from (("letter", what) for what in _letter_problems(letter, name, case))
            kept = items[number]
            if [row[1] for row in kept] != sorted(item.number for item in letter.items):
                yield "item", f"the items of {name} are not those of its record"
                continue
            for row in kept:
                item = letter.item(row[1])
                if item is not None:
                    yield from _item_problems(letter, item, row, values[row[0]], places[row[0]])

    def _values(self, told: dict[str, Any]) -> dict[int, set[tuple[str, str]]]:
        found: dict[int, set[tuple[str, str]]] = {}
        for item, field, value in self._rows(
            "SELECT item, field, value FROM {item} AS item LEFT JOIN {item_value} USING (item) "
            "WHERE letter = ANY(%(letters)s)",
            told,
        ):
            held = found.setdefault(item, set())
            if field not in {None, "reason", "cited", "section"}:
                held.add((field, value))
        return found

    def _places(self, told: dict[str, Any]) -> dict[int, list[tuple[str, int, int]]]:
        found: dict[int, list[tuple[str, int, int]]] = {}
        for table, item, start, end in self._rows(
            "SELECT 'passage', item, starts, ends FROM {item} AS item LEFT JOIN {passage} AS passage USING (item) "
            "WHERE letter = ANY(%(letters)s) UNION ALL SELECT 'item_reason', item, starts, ends FROM {item} AS item "
            "JOIN {item_reason} USING (item) WHERE letter = ANY(%(letters)s)",
            told,
        ):
            held = found.setdefault(item, [])
            if start is not None:
                held.append((table, start, end))
        return found

    def _vectors(self) -> Iterator[tuple[str, str]]:
        query: LiteralString = (
            "SELECT count(*), min(passage) FROM {passage} WHERE {live} AND NOT "
            "(abs(l2_norm(embedding) - 1) <= %(noise)s)"
        )
        ((number, first),) = self._rows(query, {"noise": _NORM_NOISE})
        if number:
            yield "passage", f"holds vectors that are not finite and of length one: {number} from passage {first} on"

    def _postings(self) -> Iterator[tuple[str, str]]:
        """Yield how many items have other postings than their lengths say."""
        lengths = np.asarray(
            self._rows("SELECT item, plain_length, stem_length FROM {item} WHERE {live}"),
            dtype=np.int64,
        ).reshape(-1, 3)
        size = int(lengths[:, 0].max(initial=-1)) + 1
        found = {stemmed: np.zeros(size, dtype=np.int64) for stemmed in (False, True)}
        cursor = self._connection.cursor(name="postings", binary=True)
        query = self._base.statement("SELECT stemmed, items, counts FROM {posting} WHERE since <= %(g)s")
        with cursor:
            for stemmed, items, counts in cursor.execute(query, {"g": self._generation.number}):
                postings = unpack([(items, counts)]).within(size)
                found[stemmed][postings.items] += postings.counts
        for stemmed, column in ((False, 1), (True, 2)):
            wrong = int(np.count_nonzero(found[stemmed][lengths[:, 0]] != lengths[:, column]))
            if wrong:
                yield "posting", f"does not hold all {'stems' if stemmed else 'words'} of {wrong} items"

    def _rows(self, query: LiteralString, told: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        parameters = {"g": self._generation.number, **(told or {})}
        return self._connection.cursor(binary=True).execute(self._base.statement(query), parameters).fetchall()


def _letter_problems(letter: Determination, name: str, case: str | None) -> Iterator[str]:
    if (letter.id, letter.case_number) != (name, case):
        yield f"letter {name} holds the record of {letter.id}"
    if hashlib.sha256(letter.text.encode()).hexdigest() != letter.text_sha256:
        yield f"the text of {name} has another sha256 than its text_sha256"


def _item_problems(
    letter: Determination,
    item: DisputedItem,
    row: tuple[Any, ...],
    values: set[tuple[str, str]],
    places: list[tuple[str, int, int]],
) -> Iterator[tuple[str, str]]:
    name = f"{letter.id} item {item.number}"
    _, _, outcome, decided, dependent, facts = row
    if (outcome, decided, dependent) != (item.outcome, letter.dates.decision, item.depends_on is not None):
        yield "item", f"{name}: its row is not what its letter says"
    if msgspec.msgpack.decode(facts, type=ItemFacts) != facts_of(letter, item):
        yield "item", f"{name}: its facts are not its own"
    if values != values_of(letter, item):
        yield "item_value", f"{name}: its filter values are not its own"
    for what, span in (
        ("heading", item.heading),
        ("claims administrator's guideline", item.claims_administrator_guideline),
        ("guideline", item.imr_guideline),
        ("rationale", item.rationale),
    ):
        if span is not None and letter.text[span.start : span.end] != span.text:
            yield "letter", f"{name}: its {what} is not the letter's text at its place"
    outside = Counter(
        table for table, start, end in places if not item.rationale.start <= start < end <= item.rationale.end
    )
    for table, number in outside.items():
        yield table, f"{name}: {number} places are outside its rationale"
