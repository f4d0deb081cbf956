"""Vectors made elsewhere: shard files, each the vectors of the texts of some letters, by the texts' sha256 alone.

A shard is a line of JSON (padded to whole blocks of 64 bytes), the digests of its texts in order, 32 bytes each, and
their vectors in that order as little-endian float16. It holds no text. Its name ends with the sha256 of all its bytes,
so a copy that was cut short or changed is told from a whole one, and two shards of one content are one file.
"""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from config.errors import IndexFault
from indexer.embed import AroundEmbedder, Embedder, Fingerprint, FloatArray
from indexer.records import Record
from indexer.store.flush import flush_folder

FORMAT = 1
SUFFIX = ".vectors"

_NAME = re.compile(r"shard-\d+-of-\d+-([0-9a-f]{64})\.vectors")
_BLOCK = 64
_DIGEST = hashlib.sha256().digest_size
_KEY = np.dtype(">u8")
_STORED = np.dtype("<f2")
_AT_ONCE = 4096


class ShardHeader(Record, frozen=True):
    """What a shard is of: `letters` that were read, and the `count` of their texts.

    `source` names the files and how they are read and cut: the same again is the same work.
    """

    format: int
    model: Fingerprint
    shard: int
    of: int
    letters: int
    count: int
    source: str


class _Format(msgspec.Struct, frozen=True):
    format: int


class Shard:
    """One shard file, mapped into memory."""

    def __init__(self, path: Path, header: ShardHeader, start: int) -> None:
        """Map a file that `open_shard` has looked at; its digests begin at byte `start`."""
        self.path = path
        self.header = header
        texts, dimension = header.count, header.model.dimension
        content = np.memmap(path, dtype=np.uint8, mode="r")
        middle = start + texts * _DIGEST
        self.digests: npt.NDArray[np.uint8] = content[start:middle].reshape(texts, _DIGEST)
        self.vectors: npt.NDArray[np.float16] = content[middle:].view(_STORED).reshape(texts, dimension)


class ShardVectors:
    """The vectors of several shards by digest; what is held in memory is 16 bytes a text."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        """Take shards of one model."""
        self._shards = list(shards)
        self._firsts = np.cumsum([0, *(shard.header.count for shard in shards)])
        keys = [np.ascontiguousarray(shard.digests[:, :8]).view(_KEY)[:, 0] for shard in shards]
        joined = np.concatenate([np.zeros(0, _KEY), *keys]).astype(np.uint64)
        self._order = np.argsort(joined, kind="stable")
        self._keys = joined[self._order]

    def __len__(self) -> int:
        """Return how many vectors there are, those that two shards hold twice."""
        return len(self._keys)

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of a text's sha256, or None where no shard holds it."""
        key = np.uint64(int.from_bytes(digest[:8], "big"))
        at = int(np.searchsorted(self._keys, key))
        while at < len(self._keys) and self._keys[at] == key:
            place = int(self._order[at])
            number = int(np.searchsorted(self._firsts, place, side="right")) - 1
            shard, row = self._shards[number], place - int(self._firsts[number])
            if shard.digests[row].tobytes() == digest:
                return np.asarray(shard.vectors[row], dtype=np.float32)
            at += 1
        return None


class ShardEmbedder(AroundEmbedder):
    """An embedder that knows the vectors of shards; what they lack is for the one it wraps.

    `encode` does not look into them: who keeps vectors asks `known` first. `used` counts the texts whose vector came
    from a shard.
    """

    def __init__(self, embedder: Embedder, vectors: ShardVectors) -> None:
        """Wrap an embedder of the shards' model."""
        super().__init__(embedder)
        self._vectors = vectors
        self._used: set[bytes] = set()

    @property
    def used(self) -> int:
        """How many texts' vectors came from a shard."""
        return len(self._used)

    def known(self, digest: bytes) -> FloatArray | None:
        """Return the vector of a text's sha256, or None where no shard holds it."""
        found = self._vectors.vector(digest)
        if found is not None:
            self._used.add(digest[:8])
        return found


def write_shard(
    folder: Path,
    header: ShardHeader,
    digests: Sequence[bytes],
    vector: Callable[[bytes], FloatArray],
) -> Path:
    """Write a shard under the name of its content, whole or not at all, and return its path.

    Args:
        folder: where to; it is there.
        header: what it is of; its count is that of the digests.
        digests: sha256s of texts in rising order, each once.
        vector: returns the vector of each.

    Raises:
        IndexFault: the disk refuses.
    """
    temporary = folder / f".shard-{header.shard}-of-{header.of}.{os.getpid()}.tmp"
    line = msgspec.json.encode(header)
    line += b" " * (-(len(line) + 1) % _BLOCK) + b"\n"
    blocks = (digests[start : start + _AT_ONCE] for start in range(0, len(digests), _AT_ONCE))
    vectors = (np.stack([vector(digest) for digest in block]).astype(_STORED).tobytes() for block in blocks)
    whole = hashlib.sha256()
    try:
        with temporary.open("wb") as file:
            for part in chain([line, b"".join(digests)], vectors):
                whole.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        path = folder / f"shard-{header.shard:05}-of-{header.of:05}-{whole.hexdigest()}{SUFFIX}"
        temporary.replace(path)
        flush_folder(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise IndexFault(f"shard in {folder} could not be written: {error.strerror or error}") from None
    return path


def open_shard(path: Path, fingerprint: Fingerprint | None = None) -> Shard:
    """Open a shard and check all its bytes.

    Args:
        path: the file.
        fingerprint: of the model it must be of; None for any.

    Raises:
        IndexFault: it is damaged, no shard, or of another model.
    """
    named = _NAME.fullmatch(path.name)
    if not named:
        raise IndexFault(f"{path} is no shard: its name does not end with the sha256 of its content")
    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != named[1]:
                raise IndexFault(f"shard {path} is damaged: its content has not the sha256 of its name; make it again")
            file.seek(0)
            line = file.readline()
        header, found = _header(line)
    except OSError as error:
        raise IndexFault(f"shard {path} cannot be read: {error.strerror or error}") from None
    if header is None:
        said = "it has no usable header" if found is None else f"it has format {found}; this program reads {FORMAT}"
        raise IndexFault(f"{path} is no shard: {said}")
    if path.stat().st_size != len(line) + header.count * (_DIGEST + header.model.dimension * _STORED.itemsize):
        raise IndexFault(f"{path} is no shard: it has another size than its header says")
    if fingerprint is not None and header.model != fingerprint:
        raise IndexFault(
            f"shard {path} is of model {header.model.name} ({header.model.weights_sha256[:12]}), "
            f"not of {fingerprint.name} ({fingerprint.weights_sha256[:12]})"
        )
    return Shard(path, header, len(line))


def shard_files(folder: Path) -> list[Path]:
    """Return the shard files of a folder, whatever they hold.

    Raises:
        IndexFault: the folder cannot be listed.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        raise IndexFault(f"shards in {folder} cannot be read: {error.strerror}") from None


def open_shards(folder: Path, fingerprint: Fingerprint) -> list[Shard]:
    """Open all shards of a folder.

    Raises:
        IndexFault: there is none, or one is damaged or of another model.
    """
    files = shard_files(folder)
    if not files:
        raise IndexFault(f"{folder} holds no shard (*{SUFFIX}): `imr embed` makes them")
    return [open_shard(path, fingerprint) for path in files]


def missing_shards(shards: Sequence[Shard]) -> tuple[str, ...]:
    """Return the shards, as '3/10', of every cut of which some are there and some are not."""
    there = {(shard.header.shard, shard.header.of) for shard in shards}
    return tuple(
        f"{number}/{of}"
        for of in sorted({of for _, of in there})
        for number in range(1, of + 1)
        if (number, of) not in there
    )


def _header(line: bytes) -> tuple[ShardHeader | None, int | None]:
    """Return a header and its format; None for what is not there or not known."""
    try:
        found = msgspec.json.decode(line, type=_Format).format
        return (msgspec.json.decode(line, type=ShardHeader) if found == FORMAT else None), found
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, None
