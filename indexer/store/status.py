"""What a published index holds and whether its files are whole, told without opening the vectors or the model."""

import sqlite3
from pathlib import Path

from config.errors import IndexFault
from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.records import Record
from indexer.store.contents import RejectedFile
from indexer.store.manifest import (
    MANIFEST,
    current_folder,
    damaged_files,
    manifest_is_published,
    read_manifest,
)
from indexer.store.schema import RECORDS, connect_read_only


class IndexStatus(Record, frozen=True):
    """The state of the published generation."""

    folder: str
    generation: str
    reader_version: str
    model: Fingerprint
    counts: Counts
    files: int
    bytes: int
    damaged: tuple[str, ...]
    rejected: tuple[RejectedFile, ...]


def read_status(index_dir: Path) -> IndexStatus:
    """Read the state of an index; every file's checksum is checked.

    Raises:
        IndexFault: there is no index, or its manifest or records cannot be read.
    """
    folder = current_folder(index_dir)
    manifest = read_manifest(folder)
    changed = [MANIFEST] if manifest_is_published(index_dir, folder) is False else []
    damaged = (*changed, *damaged_files(folder, manifest))
    return IndexStatus(
        folder=str(index_dir),
        generation=manifest.generation,
        reader_version=manifest.reader_version,
        model=manifest.model,
        counts=manifest.counts,
        files=len(manifest.files),
        bytes=sum(entry.bytes for entry in manifest.files),
        damaged=damaged,
        rejected=() if RECORDS in damaged else _rejected(folder / RECORDS),
    )


def _rejected(records: Path) -> tuple[RejectedFile, ...]:
    connection = connect_read_only(records)
    try:
        rows = connection.execute("SELECT path, sha256, reason FROM rejected ORDER BY path").fetchall()
    except sqlite3.Error as error:
        raise IndexFault(f"{records} cannot be read: {error}") from None
    finally:
        connection.close()
    return tuple(RejectedFile(path=path, sha256=sha256, reason=reason) for path, sha256, reason in rows)
