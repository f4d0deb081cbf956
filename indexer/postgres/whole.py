"""All that a generation in PostgreSQL holds, read back as what was written: for `imr copy`."""

from collections.abc import Iterator
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

# Letters read at a time: with their vectors some tens of megabytes.
_LETTERS = 2000


def read_parts(connection: Connection, generation: Generation) -> Iterator[Part]:
    """Yield a generation in parts, letters in order of id; the files come with the first part.

    The connection must be in a transaction of one snapshot.
    """
    register_types(connection)
    base = Base(generation.base, generation.made.model.dimension)
    lived = {"g": generation.number}
    cursor = connection.cursor(binary=True)
    query = base.statement("SELECT letter FROM {letter} WHERE {live} ORDER BY id")
    letters = [number for (number,) in cursor.execute(query, lived)]
    files = _files(connection, base, lived)
    for start in range(0, max(len(letters), 1), _LETTERS):
        yield _part(connection, base, letters[start : start + _LETTERS], generation, files if start == 0 else ((), ()))


Files = tuple[tuple[FileRecord, ...], tuple[RejectedFile, ...]]


def _files(connection: Connection, base: Base, lived: dict[str, int]) -> Files:
    files = base.statement("SELECT path, sha256, determination_id FROM {file} WHERE {live} ORDER BY path")
    rejected = base.statement("SELECT path, sha256, reason FROM {rejected} WHERE {live} ORDER BY path")
    return (
        tuple(
            FileRecord(path=row[0], sha256=row[1], determination_id=row[2]) for row in connection.execute(files, lived)
        ),
        tuple(RejectedFile(path=row[0], sha256=row[1], reason=row[2]) for row in connection.execute(rejected, lived)),
    )


def _part(connection: Connection, base: Base, letters: list[int], generation: Generation, files: Files) -> Part:
    told = {"letters": letters}

    def rows(query: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a literal of this function
        return connection.cursor(binary=True).execute(base.statement(query), told).fetchall()

    records = rows("SELECT record FROM {letter} WHERE letter = ANY(%(letters)s) ORDER BY id")
    determinations = tuple(msgspec.json.decode(record, type=Determination) for (record,) in records)
    keys = {
        item: (name, number)
        for item, name, number in rows(
            "SELECT item, id, number FROM {item} AS item JOIN {letter} AS letter USING (letter) "
            "WHERE letter = ANY(%(letters)s)"
        )
    }
    reasons: dict[tuple[str, int], list[Reason]] = {key: [] for key in keys.values()}
    for item, code, start, end, by, score in rows(
        "SELECT item, code, starts, ends, found_by, score FROM {item_reason} JOIN {item} AS item USING (item) "
        "WHERE letter = ANY(%(letters)s) ORDER BY item, place"
    ):
        reasons[keys[item]].append(Reason(code=code, start=start, end=end, by=by, score=score))
    passages = rows(
        "SELECT id, number, starts, ends, digest, embedding FROM {passage} AS passage JOIN {item} AS item USING (item) "
        "JOIN {letter} AS letter USING (letter) WHERE letter = ANY(%(letters)s) ORDER BY id, passage"
    )
    contents = Contents(
        reader_version=generation.made.reader_version,
        reasons_version=generation.made.reasons_version,
        determinations=determinations,
        reasons=tuple(tuple(reasons[letter.id, item.number]) for letter in determinations for item in letter.items),
        passages=tuple(
            Passage(determination_id=row[0], item=row[1], start=row[2], end=row[3], embedded="") for row in passages
        ),
        digests=tuple(row[4] for row in passages),
        files=files[0],
        rejected=files[1],
    )
    vectors = np.asarray([row[5].to_numpy() for row in passages], dtype=np.float32)
    return Part(contents, vectors.reshape(-1, base.dimension))
