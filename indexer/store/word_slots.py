"""The words of a generation: those of the one before less what is gone and with what is new, or all anew."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.store.generation import SegmentSet
from indexer.store.manifest import FileEntry, Manifest, SegmentEntry, file_entry
from indexer.store.rows import NO_ROW
from indexer.store.segment import Segment
from indexer.store.words import WORDS
from indexer.store.words_writing import extend_words, words_files, write_words

# Up to so many items the words are written anew: seconds, and then a small index's scores depend on nothing but what it
# holds (deleted items count in BM25's statistics for a while).
ANEW = 20_000


class Base(NamedTuple):
    """The generation before; None where there is none."""

    folder: Path | None
    manifest: Manifest | None
    held: SegmentSet


class Written(NamedTuple):
    """The segments with their slots, the first slot that is free, and the files of the words."""

    segments: tuple[SegmentEntry, ...]
    next_slot: int
    files: tuple[FileEntry, ...]


def write_words_of(held: SegmentSet, next_slot: int, folder: Path, base: Base, anew: int = ANEW) -> Written:
    """Write the words of some segments into a folder that is not there.

    Args:
        held: the segments.
        next_slot: the first slot that none of them has.
        folder: where the words go.
        base: what to start from.
        anew: up to so many items all is written anew, and so it is where more than half would change.

    Raises:
        OSError: the disk refuses.
        IndexFault: what to start from is damaged.
    """
    entries = [segment.entry for segment in held.segments]
    old = {entry.name: entry for entry in base.manifest.segments} if base.manifest else {}
    fresh = [place for place, entry in enumerate(entries) if old.get(entry.name) != entry]
    added = sum(len(held.rows.in_segment(place)) for place in fresh)
    if base.manifest is None or base.folder is None or held.rows.total <= anew or 2 * added > held.rows.total:
        return _anew(held, folder)
    names = {entry.name for entry in entries}
    replaced = [
        (entry.first_slot, entry.first_slot + entry.items)
        for name, entry in old.items()
        if name not in names or entry not in entries
    ]
    kept = [place for place in range(len(entries)) if place not in fresh]
    dead = [slot for place in kept for slot in _newly_dead(held, place, base.held)]
    extend_words(base.folder / WORDS, folder, _bodies(held, entries, fresh), dead, replaced)
    known = {entry.path: entry for entry in base.manifest.files}
    # What is linked keeps its checksum, so that damage of the old file is told of the new one too.
    files = tuple(_entry(folder, name, known) for name in words_files(folder))
    return Written(tuple(entries), next_slot, files)


def _anew(held: SegmentSet, folder: Path) -> Written:
    entries: list[SegmentEntry] = []
    slot = 0
    for segment in held.segments:
        entries.append(msgspec.structs.replace(segment.entry, first_slot=slot))
        slot += segment.entry.items
    write_words(folder, _bodies(held, entries, range(len(entries))))
    files = tuple(_entry(folder, name, {}) for name in words_files(folder))
    return Written(tuple(entries), slot, files)


def _entry(folder: Path, name: str, known: dict[str, FileEntry]) -> FileEntry:
    path = f"{WORDS}/{name}"
    before = known.get(path)
    if before is not None and (folder / name).stat().st_nlink > 1 and (folder / name).stat().st_size == before.bytes:
        return before
    return file_entry(folder.parent, path)


def _newly_dead(held: SegmentSet, place: int, base: SegmentSet) -> Iterator[int]:
    segment = held.segments[place]
    before = next(one.dead for one in base.segments if one.entry.name == segment.entry.name)
    for letter in np.setdiff1d(segment.dead, before).tolist():
        start, end = segment.arrays["first"][letter : letter + 2].tolist()
        yield from range(segment.entry.first_slot + start, segment.entry.first_slot + end)


def _bodies(
    held: SegmentSet, entries: Sequence[SegmentEntry], places: Sequence[int]
) -> Iterator[tuple[int, tuple[str, str]]]:
    for place in places:
        segment = held.segments[place]
        for item, text in _texts(segment, held.rows.of_item[place]):
            yield entries[place].first_slot + item, text


def _texts(segment: Segment, of_item: np.typing.NDArray[np.int32]) -> Iterator[tuple[int, tuple[str, str]]]:
    first = segment.arrays["first"]
    for number in range(segment.manifest.letters):
        item = int(first[number])
        if item == first[number + 1] or of_item[item] == NO_ROW:
            continue
        for place, decided in enumerate(segment.determination(number).items):
            yield item + place, (decided.title, decided.rationale.text)
