"""What the published generation already holds, so that a run reads and embeds only what is new."""

from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.embed import Fingerprint, FloatArray
from indexer.parse.determination import READER_VERSION
from indexer.records import Determination
from indexer.store.contents import FileRecord, RejectedFile
from indexer.store.manifest import CURRENT, current_folder, read_manifest
from indexer.store.schema import RECORDS, connect_read_only
from indexer.store.vectors import VECTORS, Vectors


class Previous:
    """The files, determinations and vectors of the generation that a run starts from; empty for a first run."""

    def __init__(self) -> None:
        """Start empty."""
        self.generation: str | None = None
        self.files: dict[str, FileRecord] = {}
        self.rejected: dict[str, RejectedFile] = {}
        self.determinations: dict[str, Determination] = {}
        self._vectors: dict[bytes, int] = {}
        self._matrix: FloatArray | None = None

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, or None where it is not known."""
        row = self._vectors.get(digest)
        return None if row is None or self._matrix is None else self._matrix[row]


def read_previous(index_dir: Path, fingerprint: Fingerprint) -> Previous:
    """Read what the published generation holds.

    Letters that another version of the reader read are left out, and so are vectors of another model: both are made
    again.

    Raises:
        IndexFault: there is a generation and it is damaged.
    """
    previous = Previous()
    if not (index_dir / CURRENT).exists():
        return previous
    folder = current_folder(index_dir)
    manifest = read_manifest(folder)
    previous.generation = manifest.generation
    connection = connect_read_only(folder / RECORDS)
    try:
        if manifest.reader_version == READER_VERSION:
            for (record,) in connection.execute("SELECT record FROM determinations"):
                determination = msgspec.json.decode(record, type=Determination)
                previous.determinations[determination.id] = determination
            for row in connection.execute("SELECT path, sha256, determination_id FROM files"):
                previous.files[row[0]] = FileRecord(path=row[0], sha256=row[1], determination_id=row[2])
            for row in connection.execute("SELECT path, sha256, reason FROM rejected"):
                previous.rejected[row[0]] = RejectedFile(path=row[0], sha256=row[1], reason=row[2])
        if manifest.model == fingerprint:
            digests = connection.execute("SELECT embedded_sha256, passage FROM passages")
            previous._vectors = dict(digests)  # noqa: SLF001 - this function is the class's only builder
            previous._matrix = np.asarray(Vectors(folder / VECTORS, 1).all())  # noqa: SLF001
    except (msgspec.DecodeError, RuntimeError) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None
    finally:
        connection.close()
    return previous
