"""Shard files: what was written is read, whatever is damaged or foreign is refused by name, and no text is inside."""

import errno
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.store.kept import KeepingEmbedder, KeptVectors, as_stored, text_digest
from indexer.store.shards import (
    ShardEmbedder,
    ShardHeader,
    ShardVectors,
    open_shard,
    open_shards,
    write_shard,
)

EMBEDDER = HashingEmbedder(16)
TEXTS = [f"secret text number {number}" for number in range(20)]


def written(folder: Path, texts: Sequence[str], shard: int = 1, model: HashingEmbedder = EMBEDDER) -> Path:
    """Write a shard of some texts."""
    vectors = {text_digest(text): vector for text, vector in zip(texts, model.encode(texts), strict=True)}
    header = ShardHeader(
        format=1, model=model.fingerprint, shard=shard, of=3, letters=1, count=len(vectors), source="s"
    )
    return write_shard(folder, header, sorted(vectors), vectors.__getitem__)


def refused(path: Path) -> str:
    """Return the one line with which a folder of shards is refused; it names the file."""
    with pytest.raises(IndexFault) as caught:
        open_shards(path.parent, EMBEDDER.fingerprint)
    said = str(caught.value)
    assert str(path) in said
    assert "\n" not in said
    return said


@given(st.lists(st.sets(st.text(max_size=8), max_size=12), min_size=1, max_size=4), st.text(max_size=8))
def test_what_was_written_is_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, parts: list[set[str]], other: str
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    for number, part in enumerate(parts, start=1):
        written(folder, sorted(part), number)
    found = ShardVectors(open_shards(folder, EMBEDDER.fingerprint))
    texts = {text for part in parts for text in part}
    for text in texts:
        vector = found.vector(text_digest(text))
        assert vector is not None
        np.testing.assert_array_equal(vector, as_stored(EMBEDDER.encode([text]))[0])
    assert (found.vector(text_digest(other)) is None) == (other not in texts)
    assert len(found) == sum(len(part) for part in parts)


def test_digests_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    digests = [bytes(31) + bytes([end]) for end in range(5)]
    vectors = np.arange(5 * 16, dtype=np.float32).reshape(5, 16)
    made = dict(zip(digests, vectors, strict=True))
    header = ShardHeader(format=1, model=EMBEDDER.fingerprint, shard=1, of=1, letters=1, count=5, source="s")
    write_shard(tmp_path, header, digests, made.__getitem__)
    found = ShardVectors(open_shards(tmp_path, EMBEDDER.fingerprint))
    assert [found.vector(digest)[0] for digest in digests] == [0, 16, 32, 48, 64]  # type: ignore[index] # each is there
    assert found.vector(bytes(31) + b"\x09") is None


def test_the_name_is_of_the_content(tmp_path: Path) -> None:
    first = written(tmp_path, TEXTS)
    before = first.stat().st_mtime_ns, first.read_bytes()
    assert written(tmp_path, TEXTS) == first
    assert first.read_bytes() == before[1]
    assert written(tmp_path, TEXTS[1:]) != first
    assert {path.suffix for path in tmp_path.iterdir()} == {".vectors"}


def test_no_text_is_in_a_shard(tmp_path: Path) -> None:
    content = written(tmp_path, TEXTS).read_bytes()
    assert b"secret" not in content
    assert b"text number" not in content


@pytest.mark.parametrize("kept", [0, 1, 100, 400, -1])
def test_a_torn_shard_is_refused(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path, TEXTS)
    path.write_bytes(path.read_bytes()[:kept])
    assert "damaged" in refused(path)


@given(place=st.integers(0, 10**6), change=st.integers(1, 255))
def test_a_shard_with_a_changed_byte_is_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int
) -> None:
    path = written(tmp_path_factory.mktemp("changed"), TEXTS)
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= change
    path.write_bytes(bytes(content))
    assert "damaged" in refused(path)


def under_its_sha256(folder: Path, content: bytes) -> Path:
    """Write a content under the name that fits it."""
    path = folder / f"shard-00001-of-00001-{hashlib.sha256(content).hexdigest()}.vectors"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no usable header"),
        (b"\xff\xfe\n", "no usable header"),
        (b'{"format": 7}\n', "format 7; this program reads 1"),
        (b'{"format": 1}\n', "no usable header"),
    ],
)
def test_what_is_no_shard_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(under_its_sha256(tmp_path, content))


def test_a_shard_of_another_size_than_it_says_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, TEXTS)
    longer = path.read_bytes() + b"xx"
    path.unlink()
    assert "another size" in refused(under_its_sha256(tmp_path, longer))


def test_a_shard_under_another_name_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, TEXTS)
    assert "does not end with the sha256" in refused(path.rename(tmp_path / "copy.vectors"))


def test_a_shard_of_another_model_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, TEXTS, model=HashingEmbedder(8))
    assert "of model hashing" in refused(path)
    assert open_shard(path).header.model.dimension == 8


def test_a_folder_without_shards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="holds no shard"):
        open_shards(tmp_path, EMBEDDER.fingerprint)
    with pytest.raises(IndexFault, match="No such file"):
        open_shards(tmp_path / "none", EMBEDDER.fingerprint)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path if call == "replace" else os, call, full)
    with pytest.raises(IndexFault, match="could not be written: No space left"):
        written(tmp_path, TEXTS)
    assert list(tmp_path.iterdir()) == []


def test_what_shards_lack_is_embedded_and_kept(tmp_path: Path) -> None:
    written(tmp_path, TEXTS[:12])
    (tmp_path / "kept").mkdir()
    sharded = ShardEmbedder(EMBEDDER, ShardVectors(open_shards(tmp_path, EMBEDDER.fingerprint)))
    kept = KeptVectors(tmp_path / "kept", sharded.fingerprint)
    keeper = KeepingEmbedder(sharded, kept)
    np.testing.assert_array_equal(keeper.encode([*TEXTS, TEXTS[0]]), as_stored(EMBEDDER.encode([*TEXTS, TEXTS[0]])))
    assert (keeper.embedded, sharded.used) == (8, 12)
    assert kept.vector(text_digest(TEXTS[0])) is None
    assert kept.vector(text_digest(TEXTS[12])) is not None
    assert (keeper.device, keeper.count(["one two"])) == ("cpu", [2])
    kept.close()
