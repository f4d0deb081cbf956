"""What a published index holds and whether its files are whole, told without opening the vectors or the model."""

from contextlib import closing
from pathlib import Path

from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.records import Record
from indexer.store.contents import RejectedFile
from indexer.store.generation import SegmentSet
from indexer.store.manifest import (
    GENERATIONS,
    MANIFEST,
    SEGMENTS,
    Manifest,
    current_folder,
    listed_files,
    manifest_is_published,
    read_manifest,
)


class IndexStatus(Record, frozen=True):
    """The state of the published generation; `segments` is None where the engine has none."""

    folder: str
    generation: str
    reader_version: str
    model: Fingerprint
    counts: Counts
    segments: int | None
    files: int
    bytes: int
    damaged: tuple[str, ...]
    rejected: tuple[RejectedFile, ...]


def read_status(index_dir: Path) -> IndexStatus:
    """Read the state of an index; every file's checksum is checked.

    Raises:
        IndexFault: there is no index, or its manifest or records cannot be read.
    """
    folder = current_folder(index_dir)
    manifest = read_manifest(index_dir, folder)
    changed = [f"{GENERATIONS}/{folder.name}/{MANIFEST}"] if manifest_is_published(index_dir, folder) is False else []
    listed = list(listed_files(index_dir, folder, manifest))
    damaged = (*changed, *(file.name for file in listed if not file.is_whole))
    return IndexStatus(
        folder=str(index_dir),
        generation=manifest.generation,
        reader_version=manifest.made.reader_version,
        model=manifest.made.model,
        counts=manifest.counts,
        segments=len(manifest.segments),
        files=len(listed),
        bytes=sum(file.entry.bytes for file in listed),
        damaged=damaged,
        rejected=() if any(name.startswith(f"{SEGMENTS}/") for name in damaged) else _rejected(index_dir, manifest),
    )


def _rejected(index_dir: Path, manifest: Manifest) -> tuple[RejectedFile, ...]:
    with closing(SegmentSet(index_dir, manifest.segments, {})) as held:
        return tuple(held.files.rejected())
