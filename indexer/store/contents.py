"""What a generation holds, as records."""

from indexer.records import Determination, Passage, Reason, Record


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
    """All that a generation holds; row i of `vectors` (kept apart) is passage i.

    `reasons` has an entry for every item, letters in order and each letter's items in theirs.
    """

    reader_version: str
    reasons_version: str
    determinations: tuple[Determination, ...]
    reasons: tuple[tuple[Reason, ...], ...]
    passages: tuple[Passage, ...]
    digests: tuple[bytes, ...]
    files: tuple[FileRecord, ...]
    rejected: tuple[RejectedFile, ...]
