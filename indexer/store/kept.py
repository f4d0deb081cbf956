"""Vectors of a run that is not published yet, kept on disk so that a run that dies loses no more than one batch.

An append-only file beside the generations, one for each model: records of the text's sha256, its vector and a CRC of
both. A batch is appended and flushed before the next is embedded; a torn record at the end is cut off by the next run.
When a run ends well its vectors are in a generation, and the file goes.

Vectors are float16 from here on, as the store and the shards hold them: whichever of them a vector comes from, it is
the same, and so is what is decided by it.
"""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.embed import AroundEmbedder, Embedder, Fingerprint, FloatArray, KnowsVectors
from indexer.store.flush import flush_folder

ENCODE_BATCH = 256

# Return the vector of a text's sha256, or None where it is not known.
Known = Callable[[bytes], FloatArray | None]
# Called with (done, total).
Told = Callable[[int, int], None]

_PATTERN = "embedded-*.kept"
_DIGEST = hashlib.sha256().digest_size
_CHECK = 4
_STORED = np.dtype("<f2")


class KeptVectors:
    """The vectors of one model that earlier runs left and this one adds to; vectors stay on disk until asked for."""

    def __init__(self, folder: Path, fingerprint: Fingerprint) -> None:
        """Read what is there; nothing is written before the first vector is added.

        Raises:
            IndexFault: the file cannot be read.
        """
        named = hashlib.sha256(msgspec.json.encode(fingerprint)).hexdigest()[:16]
        self._path = folder / _PATTERN.replace("*", named)
        self._folder = folder
        self._vector_bytes = fingerprint.dimension * _STORED.itemsize
        self._record = _DIGEST + self._vector_bytes + _CHECK
        self._rows: dict[bytes, int] = {}
        self._file: int | None = None
        self._end = 0
        with self._told():
            if self._path.exists():
                self._open()

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of a text's sha256, or None where it is not kept."""
        row = self._rows.get(digest)
        if row is None or self._file is None:
            return None
        with self._told():
            content = os.pread(self._file, self._vector_bytes, row * self._record + _DIGEST)
        return np.frombuffer(content, dtype=_STORED).astype(np.float32)

    def add(self, digests: Sequence[bytes], vectors: FloatArray) -> None:
        """Append a batch and flush it to disk.

        Raises:
            IndexFault: the disk refuses.
        """
        records = [
            digest + vector.astype(_STORED).tobytes()
            for digest, vector in zip(digests, np.asarray(vectors), strict=True)
        ]
        content = b"".join(record + zlib.crc32(record).to_bytes(_CHECK, "little") for record in records)
        with self._told():
            file = self._open() if self._file is None else self._file
            _write(file, content, self._end)
            os.fsync(file)
        first = self._end // self._record
        self._rows.update((digest, first + place) for place, digest in enumerate(digests))
        self._end += len(content)

    def forget(self) -> None:
        """Let go of all vectors: they are in a segment.

        Raises:
            IndexFault: the disk refuses.
        """
        with self._told():
            if self._file is not None:
                os.ftruncate(self._file, 0)
        self._rows.clear()
        self._end = 0

    def close(self) -> None:
        """Release the file; what it holds stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        flush_folder(self._folder)
        while (content := os.pread(self._file, self._record, self._end)) and self._is_whole(content):
            self._rows[content[:_DIGEST]] = self._end // self._record
            self._end += self._record
        os.ftruncate(self._file, self._end)
        return self._file

    def _is_whole(self, record: bytes) -> bool:
        check = int.from_bytes(record[-_CHECK:], "little")
        return len(record) == self._record and zlib.crc32(record[:-_CHECK]) == check

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexFault(
                f"{self._path} could not be written, the old index stands: {error.strerror or error}"
            ) from None


class KeepingEmbedder(AroundEmbedder):
    """An embedder that keeps each batch it embeds and embeds no text that is kept, or that the one it wraps knows.

    `embedded` counts the texts that had to be embedded.
    """

    def __init__(self, embedder: Embedder, kept: KeptVectors) -> None:
        """Wrap an embedder."""
        super().__init__(embedder)
        self._knows = embedder.known if isinstance(embedder, KnowsVectors) else _know_nothing
        self._kept = kept
        self.embedded = 0

    def kept(self, digest: bytes) -> FloatArray | None:
        """Return the vector of a text's sha256 that need not be embedded, or None."""
        kept = self._kept.vector(digest)
        return self._knows(digest) if kept is None else kept

    def forget(self) -> None:
        """Let go of what is kept: the letters it was embedded for are put away."""
        self._kept.forget()

    def made(self, digest: bytes) -> FloatArray:
        """Return the vector of a text's sha256 that this run was asked for.

        Raises:
            LookupError: it was not.
        """
        found = self.kept(digest)
        if found is None:
            raise LookupError(digest.hex())
        return found

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return unit vectors in float16's precision: known ones, and new ones in batches of texts of like length."""
        return self.vectors(texts, [text_digest(text) for text in texts])

    def vectors(
        self, texts: Sequence[str], digests: Sequence[bytes], known: Known | None = None, progress: Told | None = None
    ) -> FloatArray:
        """Return what `encode` does; equal texts are embedded once.

        Args:
            texts: what to embed.
            digests: the sha256 of each.
            known: where else a vector may be known from, asked first.
            progress: told how many of the texts that must be embedded are done.
        """
        places: dict[bytes, list[int]] = {}
        for row, digest in enumerate(digests):
            places.setdefault(digest, []).append(row)
        vectors = np.zeros((len(texts), self.fingerprint.dimension), dtype=np.float32)
        unknown: list[bytes] = []
        for digest, rows in places.items():
            found = known(digest) if known else None
            found = self.kept(digest) if found is None else found
            if found is None:
                unknown.append(digest)
            else:
                vectors[rows] = found
        unknown.sort(key=lambda digest: len(texts[places[digest][0]]))
        told = progress or _tell_nobody
        if unknown:
            told(0, len(unknown))
        for start in range(0, len(unknown), ENCODE_BATCH):
            batch = unknown[start : start + ENCODE_BATCH]
            made = as_stored(self._embedder.encode([texts[places[digest][0]] for digest in batch]))
            self._kept.add(batch, made)
            self.embedded += len(batch)
            for digest, vector in zip(batch, made, strict=True):
                vectors[places[digest]] = vector
            told(start + len(batch), len(unknown))
        return vectors


@contextmanager
def keeping(embedder: Embedder, folder: Path) -> Iterator[KeepingEmbedder]:
    """Return an embedder that keeps its vectors in an index folder until the block ends well.

    The caller holds the folder's writer lock and has published when it leaves the block.

    Raises:
        IndexFault: the disk refuses; what was kept before stays.
    """
    kept = KeptVectors(folder, embedder.fingerprint)
    try:
        yield KeepingEmbedder(embedder, kept)
    finally:
        kept.close()
    with suppress(OSError):  # what stays is dropped by the next run
        for path in folder.glob(_PATTERN):
            path.unlink()


def text_digest(text: str) -> bytes:
    """Return the sha256 by which the vector of a text is known."""
    return hashlib.sha256(text.encode()).digest()


def as_stored(vectors: FloatArray) -> FloatArray:
    """Return vectors as they are after they were stored: float32 numbers that float16 holds."""
    return vectors.astype(_STORED).astype(np.float32)


def _know_nothing(_digest: bytes) -> None:
    """Stand for an embedder that has to embed every text."""


def _tell_nobody(_done: int, _total: int) -> None:
    """Ignore progress."""


def _write(file: int, content: bytes, place: int) -> None:
    """Write all of some bytes; a disk that fills may take a part before it refuses the rest."""
    while content:
        written = os.pwrite(file, content, place)
        content, place = content[written:], place + written
