"""All that a published embedded index holds, and such an index written from it: what `imr copy` moves."""

import sqlite3
from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.embed import Fingerprint, FloatArray
from indexer.index import Counts
from indexer.records import Determination, Passage, Reason, Record
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.manifest import current_folder, damaged_files, read_manifest
from indexer.store.publish import publish, writer_lock
from indexer.store.schema import RECORDS, connect_read_only
from indexer.store.vectors import VECTORS, Vectors


class Copied(Record, frozen=True):
    """What was copied: the new generation's name and what it holds."""

    generation: str
    counts: Counts


def read_whole(index_dir: Path) -> tuple[Contents, FloatArray, Fingerprint]:
    """Return what the published generation holds, every file checked first.

    Raises:
        IndexFault: there is no index, or it is damaged.
    """
    folder = current_folder(index_dir)
    manifest = read_manifest(folder)
    if damaged := damaged_files(folder, manifest):
        raise IndexFault(
            f"index generation {folder} is damaged: {', '.join(damaged)}; `imr index --verify` says what to do"
        )
    connection = connect_read_only(folder / RECORDS)
    try:
        contents = _contents(connection, manifest.reader_version, manifest.reasons_version)
        vectors = np.asarray(Vectors(folder / VECTORS, 1).all())
    except (msgspec.DecodeError, ValueError, RuntimeError, sqlite3.Error) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None
    finally:
        connection.close()
    return contents, vectors, manifest.model


def write_whole(index_dir: Path, contents: Contents, vectors: FloatArray, model: Fingerprint) -> Copied:
    """Publish a whole index as the next generation of a folder.

    Raises:
        IndexFault: the folder cannot be written.
    """
    with writer_lock(index_dir):
        manifest = publish(index_dir, contents, vectors, model)
    return Copied(generation=manifest.generation, counts=manifest.counts)


def _contents(connection: sqlite3.Connection, reader_version: str, reasons_version: str) -> Contents:
    run = connection.execute
    letters = [
        msgspec.json.decode(record, type=Determination)
        for (record,) in run("SELECT record FROM determinations ORDER BY id")
    ]
    (items,) = run("SELECT count(*) FROM items").fetchone()
    reasons: list[list[Reason]] = [[] for _ in range(items)]
    for row, code, start, end, by, score in run(
        'SELECT item, code, start, "end", found_by, score FROM item_reasons ORDER BY item, place'
    ):
        reasons[row].append(Reason(code=code, start=start, end=end, by=by, score=score))
    passages = run(
        'SELECT determination_id, number, start, "end", embedded_sha256 FROM passages JOIN items USING (item) '
        "ORDER BY passage"
    ).fetchall()
    return Contents(
        reader_version=reader_version,
        reasons_version=reasons_version,
        determinations=tuple(letters),
        reasons=tuple(tuple(found) for found in reasons),
        # The text that was embedded is kept by its digest alone.
        passages=tuple(
            Passage(determination_id=name, item=number, start=start, end=end, embedded="")
            for name, number, start, end, _ in passages
        ),
        digests=tuple(digest for *_, digest in passages),
        files=tuple(
            FileRecord(path=path, sha256=sha256, determination_id=name)
            for path, sha256, name in run("SELECT path, sha256, determination_id FROM files ORDER BY path")
        ),
        rejected=tuple(
            RejectedFile(path=path, sha256=sha256, reason=reason)
            for path, sha256, reason in run("SELECT path, sha256, reason FROM rejected ORDER BY path")
        ),
    )
