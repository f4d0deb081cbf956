"""A generation's manifest: what made it, how much it holds, and a checksum of every file."""

import hashlib
from pathlib import Path

import msgspec

from config.errors import IndexFault
from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.records import Record

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
GENERATIONS = "generations"
FORMAT = 2


class FileEntry(Record, frozen=True):
    """One file of a generation, its path relative to the generation's folder."""

    path: str
    bytes: int
    sha256: str


class Manifest(Record, frozen=True):
    """Everything a reader checks before it trusts a generation."""

    format: int
    generation: str
    reader_version: str
    reasons_version: str
    model: Fingerprint
    counts: Counts
    files: tuple[FileEntry, ...]


class _Format(msgspec.Struct, frozen=True):
    format: int


def current_folder(index_dir: Path) -> Path:
    """Return the folder of the published generation.

    Raises:
        IndexFault: there is none, or what names it is broken.
    """
    pointer = index_dir / CURRENT
    try:
        # The name, and since it was added the sha256 of the manifest, which `verify_index` checks.
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


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest and check that every file is there at its size.

    Raises:
        IndexFault: the manifest is missing, broken or of another format, or a file is missing or cut short.
    """
    manifest = decode_manifest(folder)
    for entry in manifest.files:
        path = folder / entry.path
        size = path.stat().st_size if path.is_file() else -1
        if size != entry.bytes:
            found = "missing" if size < 0 else f"{size} bytes instead of {entry.bytes}"
            raise IndexFault(f"index generation {folder} is damaged: {entry.path} is {found}")
    return manifest


def decode_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest, whatever became of the files.

    Raises:
        IndexFault: the manifest is missing, broken or of another format.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        # Another format may have other fields, so it is asked for alone.
        found_format = msgspec.json.decode(content, type=_Format).format
        manifest = msgspec.json.decode(content, type=Manifest) if found_format == FORMAT else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise IndexFault(f"index generation {folder} is half written: no usable {MANIFEST}") from None
    if manifest is None:
        raise IndexFault(f"index generation {folder} has format {found_format}; this program reads {FORMAT}")
    return manifest


def file_entries(folder: Path) -> tuple[FileEntry, ...]:
    """Return an entry for every file under a folder, in order of path."""
    return tuple(
        FileEntry(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=file_sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    )


def manifest_is_published(index_dir: Path, folder: Path) -> bool | None:
    """Whether a generation's manifest is the one that CURRENT was pointed to.

    Returns:
        None where CURRENT says no more than the name: written by hand, or by a version before this one.
    """
    pointer = (index_dir / CURRENT).read_bytes()
    if pointer.rstrip(b"\n") == folder.name.encode():
        return None
    return pointer == f"{folder.name}\n{file_sha256(folder / MANIFEST)}\n".encode()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged_files(folder: Path, manifest: Manifest) -> list[str]:
    """Return the files of a generation whose bytes are not those that were published."""
    return [
        entry.path
        for entry in manifest.files
        if not (folder / entry.path).is_file() or file_sha256(folder / entry.path) != entry.sha256
    ]
