"""Write a generation and publish it: all of it or none.

The files are written into a folder of their own, flushed to disk, described by a manifest with checksums; then the
folder gets its name by one rename, and CURRENT names it by another. Readers see the old generation or the new one.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from config.errors import IndexFault
from indexer.embed import Fingerprint, FloatArray
from indexer.index import Counts
from indexer.records import Determination, Reason
from indexer.store.contents import Contents
from indexer.store.counted import write_counted
from indexer.store.facts import FACTS, write_facts
from indexer.store.flush import flush_folder, flush_tree
from indexer.store.manifest import CURRENT, FORMAT, GENERATIONS, MANIFEST, Manifest, file_entries, file_sha256
from indexer.store.schema import RECORDS, TABLES, values_of
from indexer.store.vectors import VECTORS, write_vectors
from indexer.store.words import WORDS, write_words

_KEPT = 2


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


def publish(index_dir: Path, contents: Contents, vectors: FloatArray, fingerprint: Fingerprint) -> Manifest:
    """Write the next generation and make it the current one.

    Raises:
        IndexFault: the disk refuses; the old generation stays current.
    """
    generations = index_dir / GENERATIONS
    name = _next_name(generations)
    fresh = index_dir / f".new-{name}"
    try:
        generations.mkdir(exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _write_records(fresh / RECORDS, contents)
        write_facts(fresh / FACTS, contents.determinations)
        write_vectors(fresh / VECTORS, vectors)
        write_words(fresh / WORDS, _bodies(contents.determinations))
        manifest = _manifest(fresh, name, contents, fingerprint)
        (fresh / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        flush_tree(fresh)
        fresh.rename(generations / name)
        flush_folder(generations)
        _point_to(index_dir, name, file_sha256(generations / name / MANIFEST))
    except (OSError, sqlite3.Error) as error:
        raise IndexFault(f"index in {index_dir} could not be written, the old one stands: {error}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    _drop_old(generations, name)
    return manifest


def _next_name(generations: Path) -> str:
    numbers = [int(path.name[1:]) for path in generations.glob("g*") if path.name[1:].isdigit()]
    return f"g{max(numbers, default=0) + 1:06d}"


def _manifest(folder: Path, name: str, contents: Contents, fingerprint: Fingerprint) -> Manifest:
    return Manifest(
        format=FORMAT,
        generation=name,
        reader_version=contents.reader_version,
        reasons_version=contents.reasons_version,
        model=fingerprint,
        counts=Counts(
            letters=len(contents.determinations),
            items=sum(len(determination.items) for determination in contents.determinations),
            passages=len(contents.passages),
            rejected=len(contents.rejected),
        ),
        files=file_entries(folder),
    )


def _bodies(determinations: Sequence[Determination]) -> Iterator[tuple[int, tuple[str, str]]]:
    row = 0
    for determination in determinations:
        for item in determination.items:
            yield row, (item.title, item.rationale.text)
            row += 1


def _write_records(path: Path, contents: Contents) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(TABLES)
        rows: dict[tuple[str, int], int] = {}
        for determination in contents.determinations:
            _write_determination(connection, determination, rows)
        write_counted(connection, contents.determinations)
        _write_reasons(connection, contents.reasons)
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
            (
                (number, rows[passage.determination_id, passage.item], passage.start, passage.end, digest)
                for number, (passage, digest) in enumerate(zip(contents.passages, contents.digests, strict=True))
            ),
        )
        connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?)",
            ((file.path, file.sha256, file.determination_id) for file in contents.files),
        )
        connection.executemany(
            "INSERT INTO rejected VALUES (?, ?, ?)",
            ((file.path, file.sha256, file.reason) for file in contents.rejected),
        )
        connection.commit()
    finally:
        connection.close()


def _write_determination(
    connection: sqlite3.Connection,
    determination: Determination,
    rows: dict[tuple[str, int], int],
) -> None:
    connection.execute(
        "INSERT INTO determinations VALUES (?, ?, ?)",
        (determination.id, determination.case_number, msgspec.json.encode(determination)),
    )
    decided = determination.dates.decision
    for item in determination.items:
        row = len(rows)
        rows[determination.id, item.number] = row
        connection.execute(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)",
            (
                row,
                determination.id,
                item.number,
                determination.case_number,
                item.outcome,
                decided.isoformat() if decided else None,
            ),
        )
        connection.executemany(
            "INSERT INTO item_values VALUES (?, ?, ?)",
            [(field, value, row) for field, value in sorted(values_of(determination, item))],
        )


def _write_reasons(connection: sqlite3.Connection, reasons: Sequence[Sequence[Reason]]) -> None:
    """Write the reasons of every row: with their places, and as values of a filter."""
    for row, found in enumerate(reasons):
        connection.executemany(
            "INSERT INTO item_reasons VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row, place, one.code, one.start, one.end, one.by, one.score) for place, one in enumerate(found)],
        )
        codes = sorted({one.code for one in found})
        connection.executemany("INSERT INTO item_values VALUES ('reason', ?, ?)", [(code, row) for code in codes])


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
    flush_folder(index_dir)


def _drop_old(generations: Path, current: str) -> None:
    """Remove all but the newest generations; the one before stays for readers that still hold it open."""
    names = sorted(path.name for path in generations.glob("g*") if path.name <= current)
    for name in names[:-_KEPT]:
        shutil.rmtree(generations / name, ignore_errors=True)
