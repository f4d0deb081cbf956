"""Write a generation's own files: the words of its segments, and which of their letters are dead."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.index import Counts
from indexer.store.dead import read_dead, write_dead
from indexer.store.generation import SegmentSet
from indexer.store.manifest import CURRENT, FORMAT, Made, Manifest, current_folder, file_entries, read_manifest
from indexer.store.publish import publish_generation
from indexer.store.rows import NO_ROW
from indexer.store.word_slots import Base, write_words_of
from indexer.store.words import WORDS


def open_base(index_dir: Path) -> Base:
    """Open what is published, to write the next generation from it; the caller closes its segments.

    Raises:
        IndexFault: it is damaged.
    """
    if not (index_dir / CURRENT).exists():
        return Base(None, None, SegmentSet(index_dir, (), {}))
    folder = current_folder(index_dir)
    manifest = read_manifest(index_dir, folder)
    try:
        dead = read_dead(folder, manifest)
    except (OSError, ValueError) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None
    return Base(folder, manifest, SegmentSet(index_dir, manifest.segments, dead))


def counts_of(held: SegmentSet) -> Counts:
    """Return how much is live in some segments."""
    return Counts(
        letters=held.letters,
        items=held.rows.total,
        passages=sum(int(np.count_nonzero(rows != NO_ROW)) for rows in held.passage_rows),
        rejected=len(held.files.rejected()),
    )


def publish_segments(index_dir: Path, held: SegmentSet, made: Made, next_slot: int, base: Base) -> str:
    """Publish a generation that consists of some segments and return its name.

    Args:
        index_dir: the index folder, whose writer lock the caller holds.
        held: the segments.
        made: what they were made by.
        next_slot: the first slot that no item of theirs has.
        base: the generation from which words are taken over.

    Raises:
        OSError: the disk refuses; the old generation stays current.
        IndexFault: what words are taken over from is damaged, or the new one is current but may not be after a crash
            of the machine.
    """

    def write(folder: Path, name: str) -> Manifest:
        write_dead(folder, {segment.entry.name: segment.dead for segment in held.segments})
        entries, free, files = write_words_of(held, next_slot, folder / WORDS, base)
        own = [entry for entry in file_entries(folder) if not entry.path.startswith(f"{WORDS}/")]
        return Manifest(
            format=FORMAT,
            generation=name,
            made=made,
            counts=counts_of(held),
            next_slot=free,
            segments=entries,
            files=(*own, *files),
        )

    return publish_generation(index_dir, write).generation


@contextmanager
def refusal_told(index_dir: Path) -> Iterator[None]:
    """Tell in one line that the disk refused before anything was published."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise IndexFault(f"index in {index_dir} could not be written, the old one stands: {error}") from None


@contextmanager
def whatever_comes() -> Iterator[None]:
    """Tidy up as far as the disk lets us: the next run does what is left."""
    try:
        yield
    except OSError:
        return
