"""Whether a published generation is whole: every byte of it, and its files against each other.

Opening an index looks at sizes only, since the rest costs reading everything; this reads everything.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.index import Counts
from indexer.records import Record
from indexer.store.contents import FileRecord
from indexer.store.dead import read_dead
from indexer.store.generation import SegmentSet
from indexer.store.manifest import (
    CURRENT,
    GENERATIONS,
    LOCK,
    MANIFEST,
    SEGMENTS,
    Manifest,
    current_folder,
    damaged_files,
    decode_manifest,
    listed_files,
    manifest_is_published,
)
from indexer.store.rows import NO_ROW
from indexer.store.verify_segment import segment_problems
from indexer.store.words import WORDS, Words


class Problem(Record, frozen=True):
    """Something that is wrong with a file of an index, its path relative to the index folder."""

    file: str
    what: str


class Verification(Record, frozen=True):
    """What a verification found; `remedy` says what to do where there are problems.

    `manifest_checked` is False where CURRENT holds no checksum of the manifest, so that nothing vouches for it.
    """

    folder: str
    generation: str | None
    manifest_checked: bool
    files: int
    bytes: int
    problems: tuple[Problem, ...]
    remedy: str | None


def verify_index(index_dir: Path) -> Verification:
    """Check the published generation of an index.

    Raises:
        IndexFault: there is no index.
    """
    if not (index_dir / CURRENT).exists():
        current_folder(index_dir)
    try:
        folder = current_folder(index_dir)
    except IndexFault as fault:
        return _verification(index_dir, None, None, (Problem(file=CURRENT, what=str(fault)),))
    try:
        manifest = decode_manifest(folder, Manifest)
    except IndexFault as fault:
        return _verification(
            index_dir, folder, None, (Problem(file=f"{GENERATIONS}/{folder.name}/{MANIFEST}", what=str(fault)),)
        )
    return _verification(index_dir, folder, manifest, tuple(_problems(index_dir, folder, manifest)))


def _verification(
    index_dir: Path, folder: Path | None, manifest: Manifest | None, problems: tuple[Problem, ...]
) -> Verification:
    entries = []
    if folder is not None and manifest is not None:
        with suppress(IndexFault):  # which is among the problems
            entries = [listed.entry for listed in listed_files(index_dir, folder, manifest)]
    return Verification(
        folder=str(index_dir),
        generation=folder.name if folder else None,
        manifest_checked=folder is not None
        and manifest is not None
        and manifest_is_published(index_dir, folder) is True,
        files=len(entries),
        bytes=sum(entry.bytes for entry in entries),
        problems=problems,
        remedy=remedy(index_dir, folder.name if folder else None) if problems else None,
    )


def remedy(index_dir: Path, damaged: str | None) -> str:
    """Return what to do about a damaged generation: which of the others is whole, if any."""
    again = "index again into an empty folder"
    for other in sorted((index_dir / GENERATIONS).glob("g*"), reverse=True):
        if other.name != damaged and _is_whole(index_dir, other):
            return (
                f"{again}, or go back to the whole generation {other.name}: echo {other.name} > {index_dir / CURRENT}"
            )
    return again


def _is_whole(index_dir: Path, folder: Path) -> bool:
    try:
        manifest = decode_manifest(folder, Manifest)
        return manifest.generation == folder.name and not damaged_files(index_dir, folder, manifest)
    except IndexFault:
        return False


def _problems(index_dir: Path, folder: Path, manifest: Manifest) -> Iterator[Problem]:
    within = f"{GENERATIONS}/{folder.name}"
    if manifest_is_published(index_dir, folder) is False:
        what = f"is not the one that {CURRENT} was written for, or {CURRENT} is changed"
        yield Problem(file=f"{within}/{MANIFEST}", what=what)
    if manifest.generation != folder.name:
        yield Problem(file=f"{within}/{MANIFEST}", what=f"is of generation {manifest.generation}")
    try:
        every = list(listed_files(index_dir, folder, manifest))
    except IndexFault as fault:
        yield Problem(file=within, what=str(fault))
        return
    damaged = [listed for listed in every if not listed.is_whole]
    yield from _unlisted(index_dir, folder, {listed.path for listed in every})
    for listed in damaged:
        yield Problem(file=listed.name, what="is not as it was published" if listed.path.is_file() else "is missing")
    try:
        with closing(SegmentSet(index_dir, manifest.segments, read_dead(folder, manifest))) as held:
            yield from _contradictions(held, folder, manifest, [listed.name for listed in damaged])
    except (IndexFault, OSError, ValueError, LookupError) as error:
        if not damaged:
            yield Problem(file=within, what=str(error))


def _unlisted(index_dir: Path, folder: Path, listed: set[Path]) -> Iterator[Problem]:
    """Yield the files that lie with those of a generation or its segments, and for which nothing vouches."""
    for place in sorted({folder, *(path.parent for path in listed if path.name == MANIFEST)}):
        for path in sorted(place.rglob("*")):
            if path.is_file() and path not in listed and path != folder / MANIFEST and path.suffix != LOCK:
                yield Problem(file=path.relative_to(index_dir).as_posix(), what=f"is not listed in {MANIFEST}")


def _contradictions(held: SegmentSet, folder: Path, manifest: Manifest, damaged: Sequence[str]) -> Iterator[Problem]:
    """Yield how files contradict each other; engines are not asked to open what is known to be damaged."""
    within = f"{GENERATIONS}/{folder.name}"
    for segment in held.segments:
        place = f"{SEGMENTS}/{segment.entry.name}"
        if not any(name.startswith(f"{place}/") for name in damaged):
            yield from (Problem(file=f"{place}/{name}", what=what) for name, what in segment_problems(segment))
    if not any(name.startswith(f"{SEGMENTS}/") for name in damaged):
        yield from (Problem(file=within, what=what) for what in _together(held, manifest))
    if not any(name.startswith(f"{within}/{WORDS}/") for name in damaged):
        yield from (Problem(file=f"{within}/{WORDS}", what=what) for what in _word_problems(folder / WORDS, held))


def _together(held: SegmentSet, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with segments that are each sound: letters twice, files of none, other counts."""
    ids = np.asarray(held.of_letters("ids"))
    if len(ids) > 1 and not (ids[:-1] < ids[1:]).all():
        yield "holds a letter twice"
    passages = sum(int(np.count_nonzero(rows != NO_ROW)) for rows in held.passage_rows)
    counts = Counts(letters=held.letters, items=held.rows.total, passages=passages, rejected=len(held.files.rejected()))
    if counts != manifest.counts:
        yield f"holds {counts}, the manifest says {manifest.counts}"
    files = [file.determination_id for file in held.files.all() if isinstance(file, FileRecord)]
    letters = {name.decode(errors="surrogateescape") for name in ids.tolist()}
    if strays := set(files) - letters:
        yield f"holds {len(strays)} files of no letter"
    if orphans := letters - set(files):
        yield f"holds {len(orphans)} letters of no file"


def _word_problems(folder: Path, held: SegmentSet) -> Iterator[str]:
    try:
        slots = Words(folder).slots()
    except IndexFault as fault:
        yield str(fault)
        return
    expected = [
        slot
        for segment, of_item in zip(held.segments, held.rows.of_item, strict=True)
        for slot in (segment.entry.first_slot + np.flatnonzero(of_item != NO_ROW)).tolist()
    ]
    if len(slots) != len(expected):
        yield f"holds {len(slots)} documents for {len(expected)} items"
    elif slots != sorted(expected):
        yield "holds a document of no item, or an item twice"
