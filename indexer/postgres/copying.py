"""Rows into tables by COPY in binary form, which costs a tenth of inserting them."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, LiteralString

import psycopg
from pgvector.psycopg import register_vector
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo

from indexer.postgres.base import Base
from indexer.postgres.postings import pack
from indexer.postgres.rows import Lexemes, Numbered, Row

Connection = psycopg.Connection[Any]

_COLUMNS: dict[str, tuple[tuple[LiteralString, str], ...]] = {
    "letter": (
        ("letter", "int4"),
        ("id", "text"),
        ("id_folded", "text"),
        ("case_number", "text"),
        ("case_folded", "text"),
        ("record", "bytea"),
    ),
    "item": (
        ("item", "int4"),
        ("letter", "int4"),
        ("number", "int4"),
        ("outcome", "text"),
        ("decided", "date"),
        ("dependent", "bool"),
        ("passages", "int4"),
        ("facts", "bytea"),
        ("label", "int8"),
        ("plain_length", "int4"),
        ("stem_length", "int4"),
    ),
    "item_words": (("item", "int4"), ("words", "tsvector"), ("overlong", "bool")),
    "saying": (
        ("label", "int8"),
        ("item", "int4"),
        ("regions", "text[]"),
        ("signature", "bytea"),
        ("bands", "int8[]"),
    ),
    "item_value": (("field", "text"), ("value", "text"), ("item", "int4")),
    "item_reason": (
        ("item", "int4"),
        ("place", "int4"),
        ("code", "text"),
        ("starts", "int4"),
        ("ends", "int4"),
        ("found_by", "text"),
        ("score", "float8"),
    ),
    "passage": (
        ("passage", "int4"),
        ("item", "int4"),
        ("starts", "int4"),
        ("ends", "int4"),
        ("digest", "bytea"),
        ("embedding", "halfvec"),
    ),
    "posting": (("stemmed", "bool"), ("term", "text"), ("first", "int4"), ("items", "bytea"), ("counts", "bytea")),
    "file": (("path", "text"), ("sha256", "text"), ("determination_id", "text")),
    "rejected": (("path", "text"), ("sha256", "text"), ("reason", "text")),
}
# Tables whose rows say since which generation they count.
_LIVED = frozenset({"letter", "item", "passage", "posting", "file", "rejected"})


class _LexemesDumper(Dumper):
    """Writes `Lexemes` as a tsvector in PostgreSQL's binary form: each word, its places, big-endian."""

    format = Format.BINARY

    def dump(self, obj: Lexemes) -> bytes:
        parts = [struct.pack("!i", len(obj.places))]
        for word, places in obj.places.items():
            parts.append(word.encode() + b"\0" + struct.pack(f"!H{len(places)}H", len(places), *places))
        return b"".join(parts)


def register_types(connection: Connection) -> None:
    """Teach a connection the types that are written."""
    register_vector(connection)
    info = TypeInfo.fetch(connection, "tsvector")
    if info is None:
        raise TypeError("PostgreSQL without tsvector")
    dumper = type("LexemesDumper", (_LexemesDumper,), {"oid": info.oid})
    connection.adapters.register_dumper(Lexemes, dumper)


def copy_rows(connection: Connection, base: Base, table: str, rows: Iterable[Row], since: int) -> None:
    """Append rows to a table of a base."""
    columns = _COLUMNS[table]
    lived = table in _LIVED
    names: Sequence[LiteralString] = ["base", *(["since"] if lived else []), *(name for name, _ in columns)]
    fixed: Row = (base.number, since) if lived else (base.number,)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        base.table(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int4"] * len(fixed) + [kind for _, kind in columns])
        for row in rows:
            copy.write_row(fixed + row)


def copy_part(connection: Connection, base: Base, part: Numbered, since: int) -> None:
    """Append all of a part; each of its terms gets a row of postings of its own (see `join_postings`)."""
    told: tuple[tuple[str, Iterable[Row]], ...] = (
        ("letter", part.letters()),
        ("item", part.items()),
        ("item_words", part.words()),
        ("saying", part.sayings()),
        ("item_value", part.values()),
        ("item_reason", part.reasons()),
        ("passage", part.passages()),
        ("posting", _postings(part)),
        ("file", ((file.path, file.sha256, file.determination_id) for file in part.contents.files)),
        ("rejected", ((file.path, file.sha256, file.reason) for file in part.contents.rejected)),
    )
    for table, rows in told:
        copy_rows(connection, base, table, rows, since)


def join_postings(connection: Connection, base: Base, since: int) -> None:
    """Join the postings that the parts of one generation made of a term into one row."""
    connection.execute(
        base.statement(
            "CREATE TEMPORARY TABLE joined ON COMMIT DROP AS SELECT base, stemmed, term, min(first) AS first, "
            "string_agg(items, ''::bytea ORDER BY first) AS items, string_agg(counts, ''::bytea ORDER BY first) "
            "AS counts, since FROM {posting} WHERE since = %s GROUP BY base, stemmed, term, since HAVING count(*) > 1"
        ),
        [since],
    )
    connection.execute(
        base.statement(
            "DELETE FROM {posting} AS posting USING joined WHERE posting.since = joined.since AND "
            "posting.stemmed = joined.stemmed AND posting.term = joined.term"
        )
    )
    connection.execute(
        base.statement(
            "INSERT INTO {posting} (base, stemmed, term, first, items, counts, since) "
            "SELECT base, stemmed, term, first, items, counts, since FROM joined"
        )
    )


def _postings(part: Numbered) -> Iterator[Row]:
    gathered: dict[tuple[bool, str], tuple[list[int], list[int]]] = {}
    for stemmed, term, item, times in part.postings():
        items, counts = gathered.setdefault((stemmed, term), ([], []))
        items.append(item)
        counts.append(times)
    for (stemmed, term), (items, counts) in gathered.items():
        yield stemmed, term, items[0], *pack(items, counts)
