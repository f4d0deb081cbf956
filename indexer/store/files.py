"""What an index knows of files: the newest segment that names a file is right about it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from indexer.sources import roots_of
from indexer.store.contents import FileRecord, RejectedFile
from indexer.store.segment import FileState, Segment


class FileTable:
    """The files of some segments, older ones first."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Look into segments."""
        self._newest_first = tuple(reversed(segments))

    def get(self, path: str) -> FileRecord | RejectedFile | None:
        """Return what is known of a file; None where it is unknown or gone."""
        state = self._state(path)
        return state.record if state else None

    def holders(self, determination_id: str) -> Iterator[str]:
        """Yield the files that hold a letter, some more than once."""
        for segment in self._newest_first:
            for path in segment.files_of(determination_id):
                if _letter(self.get(path)) == determination_id:
                    yield path

    def under(self, paths: Sequence[Path]) -> set[str]:
        """Return the known files that lie under some paths or are one of them."""
        found: set[str] = set()
        query = "SELECT path FROM files WHERE path = ? OR (path >= ? AND path < ?)"
        for root in roots_of(paths):
            for segment in self._newest_first:
                # '0' follows '/', so nothing under the folder sorts between.
                rows = segment.records.rows(query, [root, f"{root.rstrip('/')}/", f"{root.rstrip('/')}0"])
                found.update(path for (path,) in rows)
        return {path for path in found if self.get(path) is not None}

    def all(self) -> Iterator[FileRecord | RejectedFile]:
        """Yield every known file, once."""
        for place, segment in enumerate(self._newest_first):
            newer = self._newest_first[:place]
            for row in segment.records.rows("SELECT path, sha256, determination_id, reason FROM files ORDER BY path"):
                state = FileState(*row)
                if state.record is not None and all(one.file(state.path) is None for one in newer):
                    yield state.record

    def rejected(self) -> list[RejectedFile]:
        """Return the files that were rejected, in order of path."""
        query = "SELECT path FROM files WHERE reason IS NOT NULL"
        paths = {path for segment in self._newest_first for (path,) in segment.records.rows(query)}
        found = (self.get(path) for path in sorted(paths))
        return [file for file in found if isinstance(file, RejectedFile)]

    def _state(self, path: str) -> FileState | None:
        return next((state for segment in self._newest_first if (state := segment.file(path)) is not None), None)


def _letter(file: FileRecord | RejectedFile | None) -> str | None:
    return file.determination_id if isinstance(file, FileRecord) else None
