"""Where the files of an index lie, and how to break them with checksums that hold."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from indexer.store.dead import read_dead
from indexer.store.generation import SegmentSet
from indexer.store.manifest import (
    CURRENT,
    MANIFEST,
    SEGMENTS,
    Manifest,
    SegmentManifest,
    current_folder,
    decode_manifest,
    file_entries,
    listed_files,
    read_manifest,
    write_manifest,
)


def manifest_of(index_dir: Path) -> Manifest:
    """Return the manifest of the published generation."""
    return read_manifest(index_dir, current_folder(index_dir))


def segment_folder(index_dir: Path) -> Path:
    """Return the folder of the published generation's first segment."""
    return index_dir / SEGMENTS / manifest_of(index_dir).segments[0].name


def files_of(index_dir: Path) -> dict[str, Path]:
    """Return the files of the published generation, by their names relative to the index folder."""
    folder = current_folder(index_dir)
    return {listed.name: listed.path for listed in listed_files(index_dir, folder, decode_manifest(folder, Manifest))}


def checksums(index_dir: Path) -> dict[str, str]:
    """Return the sha256s of the files of the published generation's segments."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files_of(index_dir).items()
        if name.startswith(f"{SEGMENTS}/")
    }


def sign(
    index_dir: Path,
    change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    change_segment: Callable[[SegmentManifest], SegmentManifest] = lambda manifest: manifest,
) -> None:
    """Write manifests with the checksums of the files as they are, and point CURRENT to them."""
    folder = current_folder(index_dir)
    manifest = decode_manifest(folder, Manifest)
    segments = []
    for entry in manifest.segments:
        place = index_dir / SEGMENTS / entry.name
        described = msgspec.structs.replace(decode_manifest(place, SegmentManifest), files=file_entries(place))
        digest = write_manifest(place, change_segment(described))
        segments.append(msgspec.structs.replace(entry, sha256=digest))
    own = tuple(entry for entry in file_entries(folder) if not entry.path.endswith(".lock"))
    digest = write_manifest(folder, change(msgspec.structs.replace(manifest, files=own, segments=tuple(segments))))
    (index_dir / CURRENT).write_text(f"{folder.name}\n{digest}\n", encoding="utf-8")


def manifest_path(folder: Path) -> Path:
    """Return where a generation's or a segment's manifest lies."""
    return folder / MANIFEST


@contextmanager
def segments_of(index_dir: Path) -> Iterator[SegmentSet]:
    """Open the segments of the published generation."""
    folder = current_folder(index_dir)
    manifest = read_manifest(index_dir, folder)
    with closing(SegmentSet(index_dir, manifest.segments, read_dead(folder, manifest))) as held:
        yield held
