"""Write a segment: from letters that were read, or (`indexer/store/merging.py`) from segments that are joined."""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from indexer.columns import Values, columns_of
from indexer.duplicates import Bands, Grouping, Representatives, Signature, label_of, sketch_of
from indexer.embed import FloatArray
from indexer.facts import facts_of
from indexer.records import Determination
from indexer.store.arrays import Array, write_arrays
from indexer.store.contents import Contents
from indexer.store.facts import packed_facts
from indexer.store.manifest import FORMAT, Made, SegmentManifest, file_entries
from indexer.store.schema import LOOKUPS, RECORDS, TABLES
from indexer.store.segment import ARRAYS, VECTORS, FileState, digest_keys
from indexer.store.values import fresh_values, write_values
from indexer.store.vectors import write_vectors

_COMPRESSION = 6

LetterRow = tuple[int, str, str, str | None, bytes]
ReasonRow = tuple[int, int, str, int, int, str, float]


class Sayings(NamedTuple):
    """The groups of near-duplicates that a segment's items are in.

    `label` of each item; `representatives` are the items that later ones are compared with, with their signatures and
    bands; `regions` what the groups share that were touched.
    """

    label: Array
    representatives: Array
    signatures: Array
    bands: Array
    regions: Mapping[int, frozenset[str]]


class SegmentData(NamedTuple):
    """All that a segment holds, numbered; rows of letters, items and passages in order."""

    letters: Iterable[LetterRow]
    facts: Iterable[bytes]
    reasons: Iterable[ReasonRow]
    files: Iterable[FileState]
    arrays: Mapping[str, Array]
    values: Mapping[str, Values]
    sayings: Sayings
    vectors: FloatArray


def write_segment(folder: Path, data: SegmentData, made: Made, threads: int) -> SegmentManifest:
    """Write a segment's files into an empty folder and return its manifest, which is not written.

    Raises:
        OSError: the disk refuses.
        sqlite3.Error: likewise.
    """
    _write_records(folder / RECORDS, data)
    sayings = data.sayings
    order = np.argsort(sayings.bands.ravel(), kind="stable")
    keys = digest_keys(data.arrays["digests"])
    by_digest = np.argsort(keys, kind="stable")
    arrays: dict[str, Array] = {
        **data.arrays,
        **packed_facts(data.facts),
        **write_values(folder, data.values),
        "saying": sayings.label,
        "representatives": sayings.representatives.astype(np.int32),
        "signatures": sayings.signatures,
        "bands": sayings.bands.ravel()[order],
        "band_places": (order // max(sayings.bands.shape[1], 1)).astype(np.int32),
        "digest_keys": keys[by_digest],
        "digest_order": by_digest.astype(np.int32),
    }
    write_arrays(folder / ARRAYS, arrays)
    write_vectors(folder / VECTORS, data.vectors, threads)
    return SegmentManifest(
        format=FORMAT,
        made=made,
        letters=len(arrays["first"]) - 1,
        items=len(arrays["number"]),
        passages=len(arrays["passage_item"]),
        files=file_entries(folder),
    )


def fresh_data(contents: Contents, vectors: FloatArray, known: Representatives | None) -> SegmentData:
    """Number what a run adds.

    Args:
        contents: letters in order of id, and files.
        vectors: of every passage, shape (passages, dimension).
        known: the groups that letters of other segments are in.
    """
    letters = contents.determinations
    sayings = _grouped(letters, known)
    columns = columns_of(letters, sayings.label.tolist())
    numbers = {
        (letter.id, item.number): number
        for number, (letter, item) in enumerate((letter, item) for letter in letters for item in letter.items)
    }
    first = np.cumsum([0, *(len(letter.items) for letter in letters)])
    digests = np.frombuffer(b"".join(contents.digests), dtype=np.uint8).reshape(-1, 32)
    return SegmentData(
        letters=((number, *_letter_row(letter)) for number, letter in enumerate(letters)),
        facts=(msgspec.msgpack.encode(facts_of(letter, item)) for letter in letters for item in letter.items),
        reasons=(
            (number, place, one.code, one.start, one.end, one.by, one.score)
            for number, found in enumerate(contents.reasons)
            for place, one in enumerate(found)
        ),
        files=_states(contents),
        arrays={
            "ids": ids_array([letter.id for letter in letters]),
            "first": first.astype(np.int32),
            "cases": np.asarray([case_key(letter.case_number) for letter in letters], dtype=np.uint64),
            "number": np.asarray([item.number for letter in letters for item in letter.items], dtype=np.int32),
            "decided": columns.decided.astype(np.int32),
            "overturned": columns.overturned,
            "dependent": columns.dependent,
            "passage_item": np.asarray(
                [numbers[passage.determination_id, passage.item] for passage in contents.passages], dtype=np.int32
            ),
            "passage_start": np.asarray([passage.start for passage in contents.passages], dtype=np.int32),
            "passage_end": np.asarray([passage.end for passage in contents.passages], dtype=np.int32),
            "digests": digests,
        },
        values=fresh_values(letters, contents.reasons),
        sayings=sayings,
        vectors=vectors,
    )


def ids_array(ids: Sequence[str]) -> Array:
    """Return ids as bytes of one width, which sort like the text."""
    encoded = [name.encode(errors="surrogateescape") for name in ids]
    return np.asarray(encoded, dtype=f"S{max(map(len, encoded), default=1)}")


def case_key(case_number: str | None) -> int:
    """Return a number that stands for a case number: 0 for none."""
    return label_of(case_number, 0) if case_number else 0


def _letter_row(letter: Determination) -> tuple[str, str, str | None, bytes]:
    case = letter.case_number.casefold() if letter.case_number else None
    record = zlib.compress(msgspec.json.encode(letter), _COMPRESSION)
    return letter.id, letter.id.casefold(), case, record


def _states(contents: Contents) -> list[FileState]:
    return [
        *(FileState(file.path, file.sha256, file.determination_id, None) for file in contents.files),
        *(FileState(file.path, file.sha256, None, file.reason) for file in contents.rejected),
        *(FileState(path, "", None, None) for path in contents.gone),
    ]


def _grouped(letters: Sequence[Determination], known: Representatives | None) -> Sayings:
    grouping = Grouping(known)
    labels: list[int] = []
    firsts: list[int] = []
    signatures: list[Signature] = []
    bands: list[Bands] = []
    regions: dict[int, frozenset[str]] = {}
    for letter in letters:
        for item in letter.items:
            sketch = sketch_of(item)
            group = grouping.join(item, sketch, label_of(letter.id, item.number))
            if group.is_new:
                firsts.append(len(labels))
                signatures.append(sketch.signature)
                bands.append(sketch.bands)
            labels.append(group.label)
            regions[group.label] = group.regions
    return sayings_of(labels, firsts, signatures, bands, regions)


def sayings_of(
    labels: Sequence[int],
    firsts: Sequence[int],
    signatures: Sequence[Signature],
    bands: Sequence[Bands],
    regions: Mapping[int, frozenset[str]],
) -> Sayings:
    """Return sayings as arrays."""
    from indexer.duplicates import BANDS, SIGNATURE

    return Sayings(
        label=np.asarray(labels, dtype=np.int64),
        representatives=np.asarray(firsts, dtype=np.int32),
        signatures=np.asarray(signatures, dtype=np.uint32).reshape(-1, SIGNATURE),
        bands=np.asarray(bands, dtype=np.uint64).reshape(-1, BANDS),
        regions=regions,
    )


def _write_records(path: Path, data: SegmentData) -> None:
    connection = sqlite3.connect(path)
    try:
        # Nobody reads the file before it is whole and flushed, so it needs no journal.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        connection.executemany("INSERT INTO determinations VALUES (?, ?, ?, ?, ?)", data.letters)
        connection.executemany("INSERT INTO item_reasons VALUES (?, ?, ?, ?, ?, ?, ?)", data.reasons)
        connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", data.files)
        connection.executemany(
            "INSERT INTO sayings VALUES (?, ?)",
            (
                (label, msgspec.json.encode(sorted(regions)).decode())
                for label, regions in sorted(data.sayings.regions.items())
            ),
        )
        connection.executescript(LOOKUPS)
        connection.commit()
    finally:
        connection.close()
