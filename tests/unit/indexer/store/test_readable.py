"""A folder of words that can only be read is read all the same."""

import os
import tempfile
from pathlib import Path

import pytest

from indexer.store.words import Words
from indexer.store.words_writing import write_words


def test_words_that_cannot_be_written_are_searched_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, temporary = tmp_path / "words", tmp_path / "temporary"
    temporary.mkdir()
    write_words(folder, [(0, ("a lumbar brace", "is not needed")), (1, ("acupuncture", "is"))])
    Words(folder)
    # A lock that an earlier reader left behind can be written as little as the rest.
    assert [path for path in folder.iterdir() if path.suffix == ".lock"]
    before = sorted(folder.iterdir())
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(os, "access", lambda *_: False)
    words = Words(folder)
    assert [hit[0] for hit in words.search("brace", 5)] == [0]
    assert sorted(folder.iterdir()) == before
    (links,) = temporary.iterdir()
    assert [path.name for path in links.glob("*.lock") if path.is_symlink()] == []
    del words
    assert list(temporary.iterdir()) == []
