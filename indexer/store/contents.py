"""What a generation holds, as records."""

from indexer.records import Determination, Passage, Record


class FileRecord(Record, frozen=True):
    """A file that was read and the determination it holds."""

    path: str
    sha256: str
    determination_id: str


class RejectedFile(Record, frozen=True):
    """A file that was read and rejected, with the reason."""

    path: str
    sha256: str
    reason: str


class Contents(Record, frozen=True):
    """All that a generation holds; row i of `vectors` (kept apart) is passage i."""

    reader_version: str
    determinations: tuple[Determination, ...]
    passages: tuple[Passage, ...]
    digests: tuple[bytes, ...]
    files: tuple[FileRecord, ...]
    rejected: tuple[RejectedFile, ...]
