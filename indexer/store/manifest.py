"""What a generation is made of: segments, each with what made it, and a checksum of every file.

CURRENT names a generation and the sha256 of its manifest; that holds the checksums of the generation's own files and
of each segment's manifest, which holds those of the segment's files.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from config.errors import IndexFault
from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.records import Record

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
LOCK = ".lock"
GENERATIONS = "generations"
SEGMENTS = "segments"
FORMAT = 3

R = TypeVar("R", bound=Record)


class FileEntry(Record, frozen=True):
    """One file, its path relative to the folder whose manifest lists it."""

    path: str
    bytes: int
    sha256: str


class Made(Record, frozen=True):
    """What decides how letters become records and vectors; segments that were made otherwise are made again.

    `pieces` is the size of a passage and `overlap` the sentences it shares with the one before.
    """

    reader_version: str
    reasons_version: str
    passages_version: str
    pieces: int
    overlap: int
    model: Fingerprint


class SegmentManifest(Record, frozen=True):
    """What a segment holds, dead letters included."""

    format: int
    made: Made
    letters: int
    items: int
    passages: int
    files: tuple[FileEntry, ...]


class SegmentEntry(Record, frozen=True):
    """A segment of a generation. Item i of it has the slot `first_slot` + i, by which the words know it."""

    name: str
    first_slot: int
    items: int
    sha256: str


class Manifest(Record, frozen=True):
    """Everything a reader checks before it trusts a generation; counts are of what is live."""

    format: int
    generation: str
    made: Made
    counts: Counts
    next_slot: int
    segments: tuple[SegmentEntry, ...]
    files: tuple[FileEntry, ...]


class _Format(msgspec.Struct, frozen=True):
    format: int


class Listed(NamedTuple):
    """A file that some manifest lists; `name` is its path relative to the index folder."""

    name: str
    path: Path
    entry: FileEntry

    @property
    def is_whole(self) -> bool:
        """Whether its bytes are those that were published."""
        return self.path.is_file() and file_sha256(self.path) == self.entry.sha256


def current_folder(index_dir: Path) -> Path:
    """Return the folder of the published generation.

    Raises:
        IndexFault: there is none, or what names it is broken.
    """
    pointer = index_dir / CURRENT
    try:
        # The name and the sha256 of the manifest, which `verify_index` checks.
        name = pointer.read_text(encoding="utf-8").partition("\n")[0].strip()
    except FileNotFoundError:
        raise IndexFault(f"no index in {index_dir}: run `imr index PATH --index {index_dir}` first") from None
    except OSError as error:
        raise IndexFault(f"index in {index_dir} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise IndexFault(f"index in {index_dir} is half written: {CURRENT} is no text") from None
    folder = index_dir / GENERATIONS / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise IndexFault(f"index in {index_dir} is half written: CURRENT names '{name}', which is not there")
    return folder


def pointed_at(index_dir: Path) -> float:
    """Return when CURRENT was last pointed to a generation, in seconds since 1970.

    Raises:
        IndexFault: there is no index.
    """
    try:
        return (index_dir / CURRENT).stat().st_mtime
    except OSError as error:
        raise IndexFault(f"index in {index_dir} cannot be read: {error.strerror}") from None


def read_manifest(index_dir: Path, folder: Path) -> Manifest:
    """Read a generation's manifest and check that every file of it and of its segments is there at its size.

    Raises:
        IndexFault: a manifest is missing, broken or of another format, or a file is missing or cut short.
    """
    manifest = decode_manifest(folder, Manifest)
    for listed in listed_files(index_dir, folder, manifest):
        size = listed.path.stat().st_size if listed.path.is_file() else -1
        if size != listed.entry.bytes:
            found = "missing" if size < 0 else f"{size} bytes instead of {listed.entry.bytes}"
            raise IndexFault(f"index generation {folder} is damaged: {listed.name} is {found}")
    return manifest


def listed_files(index_dir: Path, folder: Path, manifest: Manifest) -> Iterator[Listed]:
    """Yield every file that a generation consists of, but for its own manifest.

    Raises:
        IndexFault: a segment's manifest cannot be used.
    """
    for entry in manifest.files:
        yield Listed(f"{GENERATIONS}/{folder.name}/{entry.path}", folder / entry.path, entry)
    for segment in manifest.segments:
        place = index_dir / SEGMENTS / segment.name
        within = f"{SEGMENTS}/{segment.name}"
        described = decode_manifest(place, SegmentManifest)
        size = (place / MANIFEST).stat().st_size
        own = FileEntry(path=MANIFEST, bytes=size, sha256=segment.sha256)
        yield Listed(f"{within}/{MANIFEST}", place / MANIFEST, own)
        for entry in described.files:
            yield Listed(f"{within}/{entry.path}", place / entry.path, entry)


def decode_manifest(folder: Path, kind: type[R]) -> R:
    """Read a manifest of a generation or a segment, whatever became of the files.

    Raises:
        IndexFault: it is missing, broken or of another format.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        # Another format may have other fields, so it is asked for alone.
        found_format = msgspec.json.decode(content, type=_Format).format
        manifest = msgspec.json.decode(content, type=kind) if found_format == FORMAT else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise IndexFault(f"index generation {folder} is half written: no usable {MANIFEST}") from None
    if manifest is None:
        raise IndexFault(
            f"index generation {folder} has format {found_format}; this program reads {FORMAT}: "
            "index the letters again into an empty folder"
        )
    return manifest


def write_manifest(folder: Path, manifest: Record) -> str:
    """Write a manifest and return its sha256."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / MANIFEST).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def file_entries(folder: Path) -> tuple[FileEntry, ...]:
    """Return an entry for every file under a folder, in order of path; no locks, which readers leave (tantivy)."""
    return tuple(
        file_entry(folder, path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST and path.suffix != LOCK
    )


def file_entry(folder: Path, name: str) -> FileEntry:
    """Return the entry of one file."""
    path = folder / name
    return FileEntry(path=name, bytes=path.stat().st_size, sha256=file_sha256(path))


def manifest_is_published(index_dir: Path, folder: Path) -> bool | None:
    """Whether a generation's manifest is the one that CURRENT was pointed to.

    Returns:
        None where CURRENT says no more than the name: written by hand.
    """
    pointer = (index_dir / CURRENT).read_bytes()
    if pointer.rstrip(b"\n") == folder.name.encode():
        return None
    return pointer == f"{folder.name}\n{file_sha256(folder / MANIFEST)}\n".encode()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged_files(index_dir: Path, folder: Path, manifest: Manifest) -> list[str]:
    """Return the files of a generation whose bytes are not those that were published, relative to the index folder.

    Raises:
        IndexFault: a segment's manifest cannot be used.
    """
    return [listed.name for listed in listed_files(index_dir, folder, manifest) if not listed.is_whole]
