"""The one interface by which a run writes an index, whichever engine holds it.

A run starts a draft from what is published, adds letters and files to it block by block, and publishes it: readers see
the old generation or the new one. What was added is not lost when the run dies: the next run's draft starts with it.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from indexer.embed import FloatArray
from indexer.index import Counts
from indexer.records import Determination, Reason
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.manifest import Made


class Earlier(Protocol):
    """What a generation holds that was made otherwise than it would be now: nothing of it stays as it is."""

    @property
    def made(self) -> Made:
        """What it was made by."""
        ...

    def files(self) -> Iterator[FileRecord | RejectedFile]:
        """Yield the files that it knows."""
        ...

    def determinations(self) -> Iterator[tuple[Determination, tuple[tuple[Reason, ...], ...]]]:
        """Yield its letters in order of id, with the reasons of each item."""
        ...


class Draft(Protocol):
    """The next generation while a run makes it."""

    @property
    def published(self) -> str | None:
        """The generation that is published now, or None."""
        ...

    @property
    def earlier(self) -> Earlier | None:
        """What is published, where it was made otherwise; the draft starts without it."""
        ...

    @property
    def is_changed(self) -> bool:
        """Whether the draft holds anything else than what is published."""
        ...

    @property
    def counts(self) -> Counts:
        """How much the draft holds."""
        ...

    def file(self, path: str) -> FileRecord | RejectedFile | None:
        """Return what is known of a file."""
        ...

    def files_under(self, paths: Sequence[Path]) -> set[str]:
        """Return the known files under some paths."""
        ...

    def letter(self, determination_id: str) -> Determination | None:
        """Return a letter by id."""
        ...

    def holds(self, determination_id: str) -> bool:
        """Whether a letter is among those of the draft."""
        ...

    def has_file(self, determination_id: str) -> bool:
        """Whether some file holds a letter; one that none does is gone when the draft is published."""
        ...

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, if the draft or what is published holds it."""
        ...

    def rejected(self) -> list[RejectedFile]:
        """Return the files that were rejected, in order of path."""
        ...

    def crowded_cases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the case numbers that have several texts, with the ids of the letters."""
        ...

    def add(self, contents: Contents, vectors: FloatArray) -> None:
        """Add letters and files; a letter or a file that is there already is replaced."""
        ...

    def publish(self) -> str:
        """Publish what the draft holds and return the generation's name; letters that no file holds are gone.

        The draft can still be asked afterwards, and not be added to.
        """
        ...

    def join(self, begins: Callable[[int], None]) -> str | None:
        """Once all is published: make what is published cheaper to search where that is due, and publish it so.

        The same letters, ids and rankings; `begins` is told beforehand how many letters are written again.

        Returns:
            The name of the further generation, or None where nothing was due.
        """
        ...
