"""What the published generation already holds, so that a run reads and embeds only what is new."""

import sqlite3
from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.embed import Fingerprint, FloatArray
from indexer.reasonlist import reasons_version
from indexer.records import Determination, Reason
from indexer.store.contents import FileRecord, RejectedFile
from indexer.store.manifest import CURRENT, current_folder, damaged_files, read_manifest
from indexer.store.schema import RECORDS, connect_read_only
from indexer.store.vectors import VECTORS, Vectors


class Previous:
    """The files, determinations and vectors of the generation that a run starts from; empty for a first run.

    `stale` are the files that another version of the reader read; `digests` the embedded texts' sha256s in order of
    row, None where the vectors are of another model or there are none; `reasons` those of each letter's items, None
    where they were found by another list or another model.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.generation: str | None = None
        self.files: dict[str, FileRecord] = {}
        self.rejected: dict[str, RejectedFile] = {}
        self.determinations: dict[str, Determination] = {}
        self.stale: tuple[str, ...] = ()
        self.digests: tuple[bytes, ...] | None = None
        self.reasons: dict[str, tuple[tuple[Reason, ...], ...]] | None = None
        self._rows: dict[bytes, int] = {}
        self._matrix: FloatArray | None = None

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, or None where it is not known."""
        row = self._rows.get(digest)
        return None if row is None or self._matrix is None else self._matrix[row]

    def take_letters(self, connection: sqlite3.Connection) -> None:
        """Take over the letters of a records file."""
        for (record,) in connection.execute("SELECT record FROM determinations"):
            determination = msgspec.json.decode(record, type=Determination)
            self.determinations[determination.id] = determination
        for path, sha256, determination_id in connection.execute("SELECT path, sha256, determination_id FROM files"):
            self.files[path] = FileRecord(path=path, sha256=sha256, determination_id=determination_id)
        for path, sha256, reason in connection.execute("SELECT path, sha256, reason FROM rejected"):
            self.rejected[path] = RejectedFile(path=path, sha256=sha256, reason=reason)

    def take_reasons(self, connection: sqlite3.Connection) -> None:
        """Take over the reasons of every item, those without one among them."""
        found: dict[tuple[str, int], list[Reason]] = {}
        query = (
            'SELECT determination_id, number, code, start, "end", found_by, score FROM item_reasons JOIN items '
            "USING (item) ORDER BY item, place"
        )
        for name, number, code, start, end, by, score in connection.execute(query):
            found.setdefault((name, number), []).append(Reason(code=code, start=start, end=end, by=by, score=score))
        self.reasons = {
            name: tuple(tuple(found.get((name, item.number), ())) for item in determination.items)
            for name, determination in self.determinations.items()
        }

    def take_vectors(self, connection: sqlite3.Connection, matrix: FloatArray) -> None:
        """Take over the vectors, row i being passage i of the records file."""
        rows = connection.execute("SELECT embedded_sha256 FROM passages ORDER BY passage")
        self.digests = tuple(digest for (digest,) in rows)
        self._rows = {digest: row for row, digest in enumerate(self.digests)}
        self._matrix = matrix


def read_previous(index_dir: Path, fingerprint: Fingerprint, reader_version: str) -> Previous:
    """Read what the published generation holds.

    Letters that another version of the reader read are left out but for their paths, and so are vectors of another
    model and reasons of another list: all are made again.

    Raises:
        IndexFault: there is a generation and it is damaged.
    """
    previous = Previous()
    if not (index_dir / CURRENT).exists():
        return previous
    folder = current_folder(index_dir)
    manifest = read_manifest(folder)
    # Damage that was taken over would be published anew, under checksums that hold.
    if damaged := damaged_files(folder, manifest):
        raise IndexFault(
            f"index generation {folder} is damaged: {', '.join(damaged)}; `imr index --verify` says what to do"
        )
    previous.generation = manifest.generation
    connection = connect_read_only(folder / RECORDS)
    try:
        if manifest.reader_version == reader_version:
            previous.take_letters(connection)
        else:
            paths = "SELECT path FROM files UNION SELECT path FROM rejected ORDER BY path"
            previous.stale = tuple(path for (path,) in connection.execute(paths))
        if (manifest.reader_version, manifest.reasons_version, manifest.model) == (
            reader_version,
            reasons_version(),
            fingerprint,
        ):
            previous.take_reasons(connection)
        if manifest.model == fingerprint:
            previous.take_vectors(connection, np.asarray(Vectors(folder / VECTORS, 1).all()))
    except (msgspec.DecodeError, ValueError, RuntimeError, sqlite3.Error) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None
    finally:
        connection.close()
    return previous
