"""Rows into tables by COPY in binary form, which costs a tenth of inserting them."""

import struct
from collections.abc import Iterable, Sequence
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
    "posting": (("stemmed", "bool"), ("term", "text"), ("items", "bytea"), ("counts", "bytea")),
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
    """Append all of a part but its postings, which are gathered over parts."""
    told: tuple[tuple[str, Iterable[Row]], ...] = (
        ("letter", part.letters()),
        ("item", part.items()),
        ("item_words", part.words()),
        ("saying", part.sayings()),
        ("item_value", part.values()),
        ("item_reason", part.reasons()),
        ("passage", part.passages()),
        ("file", ((file.path, file.sha256, file.determination_id) for file in part.contents.files)),
        ("rejected", ((file.path, file.sha256, file.reason) for file in part.contents.rejected)),
    )
    for table, rows in told:
        copy_rows(connection, base, table, rows, since)


def copy_postings(
    connection: Connection, base: Base, gathered: dict[tuple[bool, str], tuple[list[int], list[int]]], since: int
) -> None:
    """Append the postings of a generation: one row for each term."""
    rows = ((stemmed, term, *pack(items, counts)) for (stemmed, term), (items, counts) in gathered.items())
    copy_rows(connection, base, "posting", rows, since)
