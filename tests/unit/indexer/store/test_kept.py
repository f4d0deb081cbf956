"""Vectors kept while a run goes on: none is lost that was flushed, none is believed that is torn."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.embed import FloatArray, HashingEmbedder
from indexer.store import kept as keeping_module
from indexer.store.kept import KeepingEmbedder, KeptVectors, as_stored, keeping, text_digest

TEXTS = [f"text number {number} " + "word " * number for number in range(10)]


class Counting(HashingEmbedder):
    """The stand-in, which remembers its batches."""

    def __init__(self, dimension: int = 16) -> None:
        super().__init__(dimension)
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed, and remember."""
        self.batches.append(list(texts))
        return super().encode(texts)


def kept_file(folder: Path) -> Path:
    """Return the one file of kept vectors."""
    (found,) = folder.iterdir()
    return found


def leave(folder: Path, texts: Sequence[str]) -> None:
    """Leave what a run leaves that dies after embedding some texts."""
    kept = KeptVectors(folder, Counting().fingerprint)
    KeepingEmbedder(Counting(), kept).encode(texts)
    kept.close()


def again(folder: Path, texts: Sequence[str] = TEXTS) -> list[str]:
    """Embed in a new run and return what was not kept; the vectors must be those of the embedder alone."""
    embedder = Counting()
    kept = KeptVectors(folder, embedder.fingerprint)
    vectors = KeepingEmbedder(embedder, kept).encode(texts)
    kept.close()
    np.testing.assert_array_equal(vectors, as_stored(HashingEmbedder(16).encode(texts)))
    return [text for batch in embedder.batches for text in batch]


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path) -> None:
    leave(tmp_path, TEXTS[:6])
    assert again(tmp_path) == TEXTS[6:]
    assert again(tmp_path) == []


def test_equal_texts_are_embedded_once_and_no_texts_are_none(tmp_path: Path) -> None:
    assert again(tmp_path, [*TEXTS[:2], TEXTS[0]]) == TEXTS[:2]
    assert again(tmp_path, []) == []


@given(st.integers(0, 10 * (32 + 16 * 2 + 4)))
def test_a_file_cut_anywhere_keeps_its_whole_records(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("cut")
    leave(folder, TEXTS)
    content = kept_file(folder).read_bytes()
    kept_file(folder).write_bytes(content[:cut])
    whole = cut // (len(content) // len(TEXTS))
    assert again(folder) == TEXTS[whole:]
    assert kept_file(folder).read_bytes() == content


@given(st.integers(0, 10 * (32 + 16 * 2 + 4) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_believed(tmp_path_factory: pytest.TempPathFactory, place: int, change: int) -> None:
    folder = tmp_path_factory.mktemp("changed")
    leave(folder, TEXTS)
    content = bytearray(kept_file(folder).read_bytes())
    content[place] ^= change
    kept_file(folder).write_bytes(bytes(content))
    assert again(folder) == TEXTS[place // (len(content) // len(TEXTS)) :]


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    leave(tmp_path, TEXTS)
    other = KeptVectors(tmp_path, HashingEmbedder(8).fingerprint)
    assert other.vector(text_digest(TEXTS[0])) is None
    other.close()


def test_texts_are_embedded_in_batches_of_like_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_module, "ENCODE_BATCH", 4)
    embedder = Counting()
    kept = KeptVectors(tmp_path, embedder.fingerprint)
    KeepingEmbedder(embedder, kept).encode(TEXTS[::-1])
    kept.close()
    assert embedder.batches == [TEXTS[:4], TEXTS[4:8], TEXTS[8:]]


def test_a_run_that_ends_well_leaves_nothing_and_one_that_fails_leaves_its_vectors(tmp_path: Path) -> None:
    leave(tmp_path, TEXTS[:2])
    with pytest.raises(AttributeError), keeping(Counting(), tmp_path) as keeper:
        keeper.encode([*TEXTS[:3], None])  # type: ignore[list-item] # what fails a run
    leave(tmp_path, TEXTS[:3])
    leave_other = KeptVectors(tmp_path, HashingEmbedder(8).fingerprint)
    leave_other.add([text_digest("x")], HashingEmbedder(8).encode(["x"]))
    leave_other.close()
    with keeping(Counting(), tmp_path) as keeper:
        assert keeper.kept(text_digest(TEXTS[2])) is not None
        assert keeper.kept(text_digest(TEXTS[3])) is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_nothing_is_embedded(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), keeping(Counting(), tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["pwrite", "fsync", "open"])
def test_a_disk_that_refuses_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    kept = KeptVectors(tmp_path, Counting().fingerprint)
    monkeypatch.setattr(os, call, full)
    with pytest.raises(IndexFault, match="the old index stands: No space left") as caught:
        KeepingEmbedder(Counting(), kept).encode(TEXTS)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    kept.close()
    assert again(tmp_path) == TEXTS


def test_a_vector_is_the_same_from_wherever_it_comes(tmp_path: Path) -> None:
    made, from_kept = KeptVectors(tmp_path, Counting().fingerprint), Counting()
    first = KeepingEmbedder(Counting(), made).encode(TEXTS)
    second = KeepingEmbedder(from_kept, made).encode(TEXTS)
    made.close()
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, first.astype(np.float16))
    assert from_kept.batches == []


def test_what_is_known_elsewhere_is_taken_from_there_and_progress_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_module, "ENCODE_BATCH", 4)
    leave(tmp_path, TEXTS[:3])
    elsewhere = {text_digest(TEXTS[0]): np.ones(16, dtype=np.float32)}
    told: list[tuple[int, int]] = []
    embedder, kept = Counting(), KeptVectors(tmp_path, Counting().fingerprint)
    keeper = KeepingEmbedder(embedder, kept)
    asked = [*TEXTS, TEXTS[9]]
    digests = [text_digest(text) for text in asked]
    vectors = keeper.vectors(asked, digests, known=elsewhere.get, progress=lambda *step: told.append(step))
    kept.close()
    assert embedder.batches == [TEXTS[3:7], TEXTS[7:]]
    assert (keeper.embedded, told) == (7, [(0, 7), (4, 7), (7, 7)])
    np.testing.assert_array_equal(vectors[0], np.ones(16))
    np.testing.assert_array_equal(vectors[1:], as_stored(HashingEmbedder(16).encode(asked[1:])))
