"""Whether a published generation is whole: every byte of it, and its files against each other.

Opening an index looks at sizes only, since the rest costs reading everything; this reads everything.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.index import Counts
from indexer.records import Record
from indexer.store.facts import FACTS, facts_problems
from indexer.store.manifest import (
    CURRENT,
    GENERATIONS,
    MANIFEST,
    Manifest,
    current_folder,
    damaged_files,
    decode_manifest,
    manifest_is_published,
)
from indexer.store.schema import RECORDS, connect_read_only
from indexer.store.vectors import VECTORS, Vectors
from indexer.store.verify_records import letters_in, record_problems
from indexer.store.words import WORDS, Words

_CHUNK = 65_536
_NORM_NOISE = 1e-3


class Problem(Record, frozen=True):
    """Something that is wrong with a file of an index, its path relative to the generation (CURRENT: to the index)."""

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


def verify_index(index_dir: Path, threads: int = 1) -> Verification:
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
        manifest = decode_manifest(folder)
    except IndexFault as fault:
        return _verification(index_dir, folder, None, (Problem(file=MANIFEST, what=str(fault)),))
    return _verification(index_dir, folder, manifest, tuple(_problems(index_dir, folder, manifest, threads)))


def _verification(
    index_dir: Path, folder: Path | None, manifest: Manifest | None, problems: tuple[Problem, ...]
) -> Verification:
    return Verification(
        folder=str(index_dir),
        generation=folder.name if folder else None,
        manifest_checked=folder is not None
        and manifest is not None
        and manifest_is_published(index_dir, folder) is True,
        files=len(manifest.files) if manifest else 0,
        bytes=sum(entry.bytes for entry in manifest.files) if manifest else 0,
        problems=problems,
        remedy=remedy(index_dir, folder.name if folder else None) if problems else None,
    )


def remedy(index_dir: Path, damaged: str | None) -> str:
    """Return what to do about a damaged generation: which of the others is whole, if any."""
    again = "index again into an empty folder"
    for other in sorted((index_dir / GENERATIONS).glob("g*"), reverse=True):
        if other.name != damaged and _is_whole(other):
            return (
                f"{again}, or go back to the whole generation {other.name}: echo {other.name} > {index_dir / CURRENT}"
            )
    return again


def _is_whole(folder: Path) -> bool:
    try:
        manifest = decode_manifest(folder)
    except IndexFault:
        return False
    return manifest.generation == folder.name and not damaged_files(folder, manifest)


def _problems(index_dir: Path, folder: Path, manifest: Manifest, threads: int) -> Iterator[Problem]:
    if manifest_is_published(index_dir, folder) is False:
        yield Problem(file=MANIFEST, what=f"is not the one that {CURRENT} was written for, or {CURRENT} is changed")
    if manifest.generation != folder.name:
        yield Problem(file=MANIFEST, what=f"is of generation {manifest.generation}")
    damaged = damaged_files(folder, manifest)
    for name in damaged:
        yield Problem(file=name, what="is missing" if not (folder / name).is_file() else "is not as it was published")
    listed = {entry.path for entry in manifest.files}
    yield from (
        Problem(file=name, what=f"is not listed in {MANIFEST}") for name in (RECORDS, VECTORS) if name not in listed
    )
    # Engines are not asked to open what is known to be damaged.
    sound = listed - set(damaged)
    if RECORDS in sound:
        yield from (Problem(file=RECORDS, what=what) for what in _record_problems(folder / RECORDS, manifest.counts))
    if RECORDS in sound and not any(name.startswith(f"{FACTS}/") for name in damaged):
        yield from (Problem(file=FACTS, what=what) for what in _facts_problems(folder))
    if VECTORS in sound:
        yield from (Problem(file=VECTORS, what=what) for what in _vector_problems(folder / VECTORS, manifest, threads))
    if not any(name.startswith(f"{WORDS}/") for name in damaged):
        yield from (Problem(file=WORDS, what=what) for what in _word_problems(folder / WORDS, manifest.counts.items))


def _record_problems(path: Path, counts: Counts) -> Iterator[str]:
    connection = connect_read_only(path)
    try:
        yield from record_problems(connection, counts)
    finally:
        connection.close()


def _facts_problems(folder: Path) -> Iterator[str]:
    connection = connect_read_only(folder / RECORDS)
    try:
        yield from facts_problems(folder / FACTS, letters_in(connection))
    except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError):
        return  # told of the records already
    finally:
        connection.close()


def _vector_problems(path: Path, manifest: Manifest, threads: int) -> Iterator[str]:
    try:
        vectors = Vectors(path, threads)
    except RuntimeError as error:
        yield f"cannot be opened: {error}"
        return
    rows, dimension = vectors.shape
    if rows != manifest.counts.passages:
        yield f"holds {rows} vectors for {manifest.counts.passages} passages"
    if dimension != manifest.model.dimension:
        yield f"holds vectors of {dimension} dimensions, the model's have {manifest.model.dimension}"
    for start in range(0, rows, _CHUNK):
        chunk = vectors.take(np.arange(start, min(start + _CHUNK, rows)))
        lengths = np.linalg.norm(chunk.astype(np.float64), axis=1)
        wrong = np.flatnonzero(~(np.abs(lengths - 1) <= _NORM_NOISE))
        if len(wrong):
            first = start + int(wrong[0])
            yield f"holds vectors that are not finite and of length one: {len(wrong)} from row {first} on"


def _word_problems(folder: Path, items: int) -> Iterator[str]:
    try:
        rows = Words(folder).rows()
    except IndexFault as fault:
        yield str(fault)
        return
    if len(rows) != items:
        yield f"holds {len(rows)} documents for {items} items"
    elif rows != list(range(items)):
        yield "holds a document of no item, or an item twice"
