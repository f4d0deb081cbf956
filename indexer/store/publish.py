"""Publish a generation: all of it or none.

Its own files (words, and which letters of its segments are dead) are written into a folder of their own, flushed to
disk and described by a manifest with checksums; then the folder gets its name by one rename, and CURRENT names it by
another. Readers see the old generation or the new one. Segments were published before in the same way, one by one.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import IndexFault
from indexer.store.flush import flush_folder, flush_tree
from indexer.store.manifest import (
    CURRENT,
    GENERATIONS,
    MANIFEST,
    SEGMENTS,
    Manifest,
    SegmentManifest,
    decode_manifest,
    write_manifest,
)
from indexer.store.unfinished import read_unfinished

_KEPT = 2
_FRESH = ".new-"
# Vectors on their way into a segment: they may be more than fit in memory.
SCRATCH = "vectors.scratch"


@contextmanager
def writer_lock(index_dir: Path) -> Iterator[None]:
    """Hold the index folder's writer lock.

    Raises:
        IndexFault: another process is writing, or the folder cannot be written.
    """
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        file = (index_dir / "writer.lock").open("w")
    except OSError as error:
        raise IndexFault(f"index folder {index_dir} cannot be written: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexFault(f"another run is writing the index in {index_dir}") from None
        yield


def publish_segment(index_dir: Path, write: Callable[[Path], SegmentManifest]) -> tuple[str, SegmentManifest, str]:
    """Let a function write the next segment into a folder, and publish that.

    Returns:
        The segment's name, its manifest and the sha256 of that.

    Raises:
        OSError: the disk refuses; nothing is left of the segment.
        sqlite3.Error: likewise.
    """
    segments = index_dir / SEGMENTS
    name = _next_name(segments, "s")
    with _fresh_folder(index_dir, name) as fresh:
        manifest = write(fresh)
        digest = write_manifest(fresh, manifest)
        _settle(fresh, segments / name)
    return name, manifest, digest


def publish_generation(index_dir: Path, write: Callable[[Path, str], Manifest]) -> Manifest:
    """Let a function write the next generation's files into a folder, and make it the current one.

    Raises:
        OSError: the disk refuses; the old generation stays current.
        IndexFault: the new one is current, but the disk refuses to say that it will be after a crash of the machine.
    """
    generations = index_dir / GENERATIONS
    name = _next_name(generations, "g")
    with _fresh_folder(index_dir, name) as fresh:
        manifest = write(fresh, name)
        digest = write_manifest(fresh, manifest)
        _settle(fresh, generations / name)
    _point_to(index_dir, name, digest)
    return manifest


def drop_unused(index_dir: Path, current: str | None) -> None:
    """Remove what no reader needs: old generations, and segments that no generation and no unfinished run names.

    The generation before the current one stays, and every other that a reader holds open.
    """
    generations, segments = index_dir / GENERATIONS, index_dir / SEGMENTS
    for path in index_dir.glob(f"{_FRESH}*"):
        shutil.rmtree(path, ignore_errors=True)
    (index_dir / SCRATCH).unlink(missing_ok=True)
    names = sorted(path.name for path in generations.glob("g*"))
    if current is not None:
        older = [name for name in names if name <= current]
        for name in {*older[:-_KEPT], *(name for name in names if name > current)}:
            with _unread(generations / name) as free:
                if free:
                    shutil.rmtree(generations / name, ignore_errors=True)
    unfinished = read_unfinished(index_dir)
    used = {entry.name for entry in unfinished.segments} if unfinished else set()
    for folder in generations.glob("g*"):
        try:
            used.update(entry.name for entry in decode_manifest(folder, Manifest).segments)
        except IndexFault:
            return  # what cannot be read may name any of them
    for folder in segments.glob("s*"):
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def held_open(folder: Path) -> Iterator[None]:
    """Keep a generation from being removed while it is read."""
    with (folder / MANIFEST).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def _unread(folder: Path) -> Iterator[bool]:
    """Tell whether no reader holds a generation, and keep new ones away."""
    try:
        file = (folder / MANIFEST).open("rb")
    except OSError:
        yield True
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


@contextmanager
def _fresh_folder(index_dir: Path, name: str) -> Iterator[Path]:
    fresh = index_dir / f"{_FRESH}{name}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _settle(fresh: Path, place: Path) -> None:
    flush_tree(fresh)
    fresh.rename(place)
    flush_folder(place.parent)


def _next_name(folder: Path, letter: str) -> str:
    folder.mkdir(exist_ok=True)
    numbers = [int(path.name[1:]) for path in folder.glob(f"{letter}*") if path.name[1:].isdigit()]
    return f"{letter}{max(numbers, default=0) + 1:06d}"


def _point_to(index_dir: Path, name: str, manifest_sha256: str) -> None:
    fresh = index_dir / f"{CURRENT}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(f"{name}\n{manifest_sha256}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(index_dir / CURRENT)
    except OSError:
        fresh.unlink(missing_ok=True)
        shutil.rmtree(index_dir / GENERATIONS / name, ignore_errors=True)
        raise
    try:
        flush_folder(index_dir)
    except OSError as error:
        raise IndexFault(
            f"generation {name} of the index in {index_dir} is published, but the disk refused to make that last "
            f"({error}): should the machine fail now, the old one may stand again"
        ) from None
