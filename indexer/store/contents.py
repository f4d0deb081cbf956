"""What a run adds to an index in one go, as records."""

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
    """Letters in order of id with all that is kept of them, and files; row i of `vectors` (kept apart) is passage i.

    `reasons` has an entry for every item, letters in order and each letter's items in theirs; passages stand in the
    same order, and `digests` are the sha256s of their embedded texts. `gone` are the paths of files that are no more.
    A file that the index knows already is replaced.
    """

    determinations: tuple[Determination, ...] = ()
    reasons: tuple[tuple[Reason, ...], ...] = ()
    passages: tuple[Passage, ...] = ()
    digests: tuple[bytes, ...] = ()
    files: tuple[FileRecord, ...] = ()
    rejected: tuple[RejectedFile, ...] = ()
    gone: tuple[str, ...] = ()
