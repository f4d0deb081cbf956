"""All that a generation in PostgreSQL holds, read back block by block as what was written."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import psycopg

from indexer.postgres.base import Base
from indexer.postgres.copying import register_types
from indexer.postgres.generations import Generation
from indexer.postgres.rows import Part
from indexer.records import Determination, Passage, Reason
from indexer.store.contents import Contents, FileRecord, RejectedFile

Connection = psycopg.Connection[Any]
Reasoned = tuple[Determination, tuple[tuple[Reason, ...], ...]]

# Letters read at a time: with their vectors some tens of megabytes; and files.
_LETTERS = 2000
_FILES = 20_000


def read_parts(connection: Connection, generation: Generation) -> Iterator[Part]:
    """Yield a generation in parts, letters in order of id, each with the files that hold them; rejected files first.

    The connection must be in a transaction of one snapshot.
    """
    register_types(connection)
    base = _base(generation)
    for files in _paged(connection, generation, "rejected"):
        rejected = tuple(RejectedFile(path=path, sha256=sha256, reason=reason) for path, sha256, reason in files)
        yield Part(Contents(rejected=rejected), np.zeros((0, base.dimension), dtype=np.float32))
    for numbers in numbers_of(connection, generation):
        yield _part(connection, generation, numbers)


def numbers_of(connection: Connection, generation: Generation) -> Iterator[list[int]]:
    """Yield the numbers of a generation's letters in order of id, some at a time."""
    query = _base(generation).statement("SELECT letter FROM {letter} WHERE {live} ORDER BY id")
    letters = [number for (number,) in connection.execute(query, {"g": generation.number})]
    yield from (letters[start : start + _LETTERS] for start in range(0, len(letters), _LETTERS))


def files_of(connection: Connection, generation: Generation) -> Iterator[list[FileRecord | RejectedFile]]:
    """Yield the files that a generation knows, some at a time."""
    for rows in _paged(connection, generation, "file"):
        yield [FileRecord(path=path, sha256=sha256, determination_id=name) for path, sha256, name in rows]
    for rows in _paged(connection, generation, "rejected"):
        yield [RejectedFile(path=path, sha256=sha256, reason=reason) for path, sha256, reason in rows]


def letters_of(connection: Connection, generation: Generation, numbers: Sequence[int]) -> list[Reasoned]:
    """Return some letters in order of id, with the reasons of each item."""
    base, told = _base(generation), {"letters": list(numbers)}
    records = _rows(connection, base.statement("SELECT record FROM {letter} WHERE letter = ANY(%(letters)s)"), told)
    letters = [msgspec.json.decode(record, type=Determination) for (record,) in records]
    found: dict[tuple[str, int], list[Reason]] = {}
    query = base.statement(
        "SELECT id, number, code, starts, ends, found_by, score FROM {item_reason} JOIN {item} AS item USING (item) "
        "JOIN {letter} AS letter USING (letter) WHERE letter = ANY(%(letters)s) ORDER BY item, place"
    )
    for name, number, code, start, end, by, score in _rows(connection, query, told):
        reason = Reason(code=code, start=start, end=end, by=by, score=score)
        found.setdefault((name, number), []).append(reason)
    return [
        (letter, tuple(tuple(found.get((letter.id, item.number), ())) for item in letter.items))
        for letter in sorted(letters, key=lambda letter: letter.id)
    ]


def _part(connection: Connection, generation: Generation, numbers: Sequence[int]) -> Part:
    base = _base(generation)
    told = {"letters": list(numbers), "g": generation.number}
    letters = letters_of(connection, generation, numbers)
    query = base.statement(
        "SELECT id, number, starts, ends, digest, embedding FROM {passage} AS passage JOIN {item} AS item USING (item) "
        "JOIN {letter} AS letter USING (letter) WHERE letter = ANY(%(letters)s) ORDER BY id, passage"
    )
    passages = _rows(connection, query, told)
    query = base.statement(
        "SELECT path, sha256, determination_id FROM {file} WHERE {live} AND determination_id IN "
        "(SELECT id FROM {letter} WHERE letter = ANY(%(letters)s)) ORDER BY path"
    )
    files = _rows(connection, query, told)
    contents = Contents(
        determinations=tuple(letter for letter, _ in letters),
        reasons=tuple(found for _, reasons in letters for found in reasons),
        # The text that was embedded is kept by its digest alone.
        passages=tuple(
            Passage(determination_id=row[0], item=row[1], start=row[2], end=row[3], embedded="") for row in passages
        ),
        digests=tuple(row[4] for row in passages),
        files=tuple(FileRecord(path=path, sha256=sha256, determination_id=name) for path, sha256, name in files),
    )
    vectors = np.asarray([row[5].to_numpy() for row in passages], dtype=np.float32)
    return Part(contents, vectors.reshape(-1, base.dimension))


def _paged(connection: Connection, generation: Generation, table: str) -> Iterator[list[tuple[Any, ...]]]:
    base = _base(generation)
    query = base.statement(
        "SELECT path, sha256, determination_id FROM {file} WHERE {live} AND path > %(after)s ORDER BY path LIMIT %(n)s"
        if table == "file"
        else "SELECT path, sha256, reason FROM {rejected} WHERE {live} AND path > %(after)s ORDER BY path LIMIT %(n)s"
    )
    after = ""
    while rows := _rows(connection, query, {"g": generation.number, "after": after, "n": _FILES}):
        yield rows
        after = rows[-1][0]


def _base(generation: Generation) -> Base:
    return Base(generation.base, generation.made.model.dimension)


def _rows(connection: Connection, query: Any, told: dict[str, Any]) -> list[tuple[Any, ...]]:  # noqa: ANN401 - psycopg's Composed
    return connection.cursor(binary=True).execute(query, told).fetchall()
