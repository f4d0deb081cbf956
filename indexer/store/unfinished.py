"""What a run that is not published yet has done: written down after each segment, for the next run to go on there."""

import os
from pathlib import Path

import msgspec

from indexer.records import Record
from indexer.store.flush import flush_folder
from indexer.store.manifest import FORMAT, Made, SegmentEntry

_NAME = "unfinished.json"


class Unfinished(Record, frozen=True):
    """A generation in the making, from `base` on: segments, the numbers of their dead letters, and `lost`.

    `lost` are the letters that a file held which no longer does; those that no other file holds go when all is done.
    """

    format: int
    base: str | None
    made: Made
    next_slot: int
    segments: tuple[SegmentEntry, ...]
    dead: dict[str, tuple[int, ...]]
    lost: tuple[str, ...]


def read_unfinished(index_dir: Path) -> Unfinished | None:
    """Return what a run left, or None: nothing, or something of another format."""
    try:
        found = msgspec.json.decode((index_dir / _NAME).read_bytes(), type=Unfinished)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found.format == FORMAT else None


def write_unfinished(index_dir: Path, unfinished: Unfinished) -> None:
    """Replace what is written down by one rename.

    Raises:
        OSError: the disk refuses.
    """
    fresh = index_dir / f"{_NAME}.new"
    try:
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(unfinished))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(index_dir / _NAME)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    flush_folder(index_dir)


def forget_unfinished(index_dir: Path) -> None:
    """Remove what is written down."""
    (index_dir / _NAME).unlink(missing_ok=True)
