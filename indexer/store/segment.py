"""A segment: some letters with everything that is kept of them, in files that never change once they are published."""

import zlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.columns import Values
from indexer.duplicates import Bands, Met
from indexer.embed import FloatArray
from indexer.records import Determination, DisputedItem, Reason
from indexer.store.arrays import Array, Arrays
from indexer.store.contents import FileRecord, RejectedFile
from indexer.store.facts import Facts
from indexer.store.manifest import SEGMENTS, SegmentEntry, SegmentManifest, decode_manifest, file_sha256
from indexer.store.rows import LetterList
from indexer.store.schema import RECORDS, Records
from indexer.store.values import read_names, read_values

if TYPE_CHECKING:
    from indexer.store.vectors import Vectors

ARRAYS = "arrays.safetensors"
VECTORS = "vectors.faiss"
NOBODY = np.zeros(0, dtype=np.int32)


class FileState(NamedTuple):
    """What a segment says of a file: the letter it holds, or why it was rejected; neither, and the file is gone."""

    path: str
    sha256: str
    determination_id: str | None
    reason: str | None

    @property
    def record(self) -> FileRecord | RejectedFile | None:
        """The file as a record; None where it is gone."""
        if self.determination_id is not None:
            return FileRecord(path=self.path, sha256=self.sha256, determination_id=self.determination_id)
        if self.reason is not None:
            return RejectedFile(path=self.path, sha256=self.sha256, reason=self.reason)
        return None


class Segment:
    """A published segment, opened for reading; safe to share between threads."""

    def __init__(self, index_dir: Path, entry: SegmentEntry, dead: Array = NOBODY) -> None:
        """Open a segment; `dead` are the numbers of the letters of it that count no longer.

        Raises:
            IndexFault: its manifest cannot be used, or its files do not go together.
        """
        self.entry = entry
        self.folder = index_dir / SEGMENTS / entry.name
        self.manifest = decode_manifest(self.folder, SegmentManifest)
        self.dead = dead
        self.records = Records(self.folder / RECORDS)
        self._trusted: set[str] = set()
        wanted = (self.manifest.letters + 1, self.manifest.items, self.manifest.passages)
        try:
            self.arrays = Arrays(self.folder / ARRAYS)
            self.facts = Facts(self.arrays)
            found = tuple(len(self.arrays[name]) for name in ("first", "number", "passage_item"))
            self._names = read_names(self.folder)
        except (OSError, ValueError, msgspec.DecodeError) as error:
            raise IndexFault(f"index segment {self.folder} is damaged: {error}") from None
        if found != wanted or {entry.items, len(self.facts)} != {self.manifest.items}:
            raise IndexFault(f"index segment {self.folder} is damaged: its arrays and its manifest do not go together")
        if len(dead) and not 0 <= dead.min() <= dead.max() < self.manifest.letters:
            raise IndexFault(
                f"index segment {self.folder} is damaged: letters are said to be dead that it does not hold"
            )

    @cached_property
    def vectors(self) -> "Vectors":
        """The vectors of its passages.

        Raises:
            IndexFault: they cannot be opened or are not those of its passages.
        """
        # FAISS is heavy, and whoever only counts letters needs none.
        from indexer.store.vectors import Vectors

        try:
            vectors = Vectors(self.folder / VECTORS)
        except (RuntimeError, ValueError, OSError) as error:
            raise IndexFault(f"index segment {self.folder} is damaged: {error}") from None
        if vectors.shape != (self.manifest.passages, self.manifest.made.model.dimension):
            raise IndexFault(f"index segment {self.folder} is damaged: vectors and records do not go together")
        return vectors

    @property
    def letters(self) -> LetterList:
        """Its letters in order of id, the dead ones told."""
        return LetterList(self.arrays["ids"], self.arrays["first"], self.dead)

    def values(self, field: str) -> Values:
        """Return the values of a field; rows are numbers of its items."""
        return read_values(self.arrays, self._names, field)

    def number_of(self, determination_id: str) -> int | None:
        """Return the number of a live letter, or None."""
        ids = self.arrays["ids"]
        wanted = np.bytes_(determination_id.encode(errors="surrogateescape"))
        number = int(np.searchsorted(ids, wanted))
        if number == len(ids) or ids[number] != wanted or number in self.dead:
            return None
        return number

    def numbers_by_case(self, folded: str) -> list[int]:
        """Return the numbers of the live letters with a case number or id, case-folded."""
        query = "SELECT number FROM determinations WHERE folded_case = ? UNION SELECT number FROM determinations WHERE "
        found = self.records.rows(f"{query} folded_id = ?", [folded, folded])
        return [number for (number,) in found if number not in self.dead]

    def determination(self, number: int) -> Determination:
        """Return a letter.

        Raises:
            IndexFault: its record is damaged.
        """
        found = self.records.rows("SELECT record FROM determinations WHERE number = ?", [number])
        try:
            return msgspec.json.decode(zlib.decompress(found[0][0]), type=Determination)
        except (msgspec.DecodeError, UnicodeDecodeError, zlib.error, LookupError) as error:
            raise IndexFault(f"the record of letter {number} in {self.folder} is damaged: {error}") from None

    def reasons(self, item: int) -> tuple[Reason, ...]:
        """Return the reasons of an item, in order of place."""
        query = 'SELECT code, start, "end", found_by, score FROM item_reasons WHERE item = ? ORDER BY place'
        found = self.records.rows(query, [item])
        return tuple(Reason(code=row[0], start=row[1], end=row[2], by=row[3], score=row[4]) for row in found)

    def file(self, path: str) -> FileState | None:
        """Return what it says of a file, or None."""
        query = "SELECT path, sha256, determination_id, reason FROM files WHERE path = ?"
        found = self.records.rows(query, [path])
        return FileState(*found[0]) if found else None

    def files_of(self, determination_id: str) -> list[str]:
        """Return the paths of the files that it says hold a letter."""
        query = "SELECT path FROM files WHERE determination_id = ?"
        return [path for (path,) in self.records.rows(query, [determination_id])]

    def passages_of(self, item: int) -> Array:
        """Return the numbers of an item's passages."""
        held = self.arrays["passage_item"]
        start, end = np.searchsorted(held, [item, item + 1])
        return np.arange(start, end)

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, or None where it is not held.

        Raises:
            IndexFault: the vectors are not as they were published.
        """
        keys = self.arrays["digest_keys"]
        key = digest_keys(np.frombuffer(digest, dtype=np.uint8).reshape(1, -1))[0]
        start, end = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        for passage in self.arrays["digest_order"][start:end].tolist():
            if self.arrays["digests"][passage].tobytes() == digest:
                self.trust(VECTORS)
                (found,) = self.vectors.take(np.asarray([passage]))
                return np.asarray(found, dtype=np.float32)
        return None

    def disputed(self, item: int) -> DisputedItem:
        """Return an item of a letter that may be dead.

        Raises:
            IndexFault: its record is damaged.
        """
        letter = int(np.searchsorted(self.arrays["first"], item, "right")) - 1
        return self.determination(letter).items[item - int(self.arrays["first"][letter])]

    def met(self, bands: Bands) -> list[tuple[int, Met]]:
        """Return the items that stand for their groups and have a band in common with a sketch, earlier ones first."""
        held = self.arrays["bands"]
        starts, ends = np.searchsorted(held, bands, "left"), np.searchsorted(held, bands, "right")
        places = {
            int(place)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            for place in self.arrays["band_places"][start:end]
        }
        items = [int(self.arrays["representatives"][place]) for place in sorted(places)]
        signatures, labels = self.arrays["signatures"], self.arrays["saying"]
        return [
            (item, Met(int(labels[item]), signatures[place])) for item, place in zip(items, sorted(places), strict=True)
        ]

    def regions(self, label: int) -> frozenset[str] | None:
        """Return the parts of the body that a group shares, as far as it knows."""
        found = self.records.rows("SELECT regions FROM sayings WHERE label = ?", [label])
        return frozenset(msgspec.json.decode(found[0][0], type=list[str])) if found else None

    def trust(self, name: str) -> None:
        """Check, once, that a file from which something is taken over is as it was published.

        Damage that was taken over would be published anew, under checksums that hold.

        Raises:
            IndexFault: it is not.
        """
        if name in self._trusted:
            return
        entry = next((entry for entry in self.manifest.files if entry.path == name), None)
        if entry is None or not (self.folder / name).is_file() or file_sha256(self.folder / name) != entry.sha256:
            raise IndexFault(f"index segment {self.folder} is damaged: {name}; `imr index --verify` says what to do")
        self._trusted.add(name)

    def trust_all(self) -> None:
        """Check every file.

        Raises:
            IndexFault: one is not as it was published.
        """
        if file_sha256(self.folder / "manifest.json") != self.entry.sha256:
            raise IndexFault(f"index segment {self.folder} is damaged: its manifest")
        for entry in self.manifest.files:
            self.trust(entry.path)

    def close(self) -> None:
        """Close the records file."""
        self.records.close()


def digest_keys(digests: Array) -> Any:  # noqa: ANN401 - an array of uint64
    """Return the first eight bytes of sha256s, shape (n, 32), as numbers that sort like them."""
    return np.ascontiguousarray(digests[:, :8]).view(">u8").ravel().astype(np.uint64)
