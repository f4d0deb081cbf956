"""Publishing: all or nothing, one writer at a time, and nobody who reads is disturbed."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.records import Determination
from indexer.store import publish as publishing
from indexer.store.embedded import EmbeddedIndex, open_embedded
from indexer.store.manifest import CURRENT, GENERATIONS, Manifest, current_folder, read_manifest
from indexer.store.publish import publish, writer_lock
from indexer.store.status import read_status
from tests.support.letters import contents

EMBEDDER = HashingEmbedder()


def again(index_dir: Path, letters: tuple[Determination, ...]) -> Manifest:
    """Publish the next generation."""
    held, vectors = contents(letters, EMBEDDER)
    return publish(index_dir, held, vectors, EMBEDDER.fingerprint)


def left(index_dir: Path) -> set[str]:
    """Return what lies in an index folder."""
    return {path.name for path in index_dir.iterdir()}


def everything(index: EmbeddedIndex) -> list[object]:
    """Ask an index for something of each of its files."""
    vector = EMBEDDER.encode(["no screen on file for tramadol"])[0]
    return [
        index.search_vector(vector, 100),
        index.search_text("tramadol knee", 100),
        index.select(NO_FILTERS),
        index.facet("treatment"),
        [index.determination(key.determination_id) for key in index.select(NO_FILTERS)],
    ]


def test_what_was_published_is_what_is_opened(index: EmbeddedIndex, letters: tuple[Determination, ...]) -> None:
    held, _ = contents(letters, EMBEDDER)
    assert (index.counts.letters, index.counts.items) == (len(letters), sum(len(one.items) for one in letters))
    assert (index.counts.passages, index.counts.rejected) == (len(held.passages), 1)
    assert index.fingerprint == EMBEDDER.fingerprint
    assert [index.determination(one.id) for one in letters] == list(letters)
    for passage in held.passages:
        hits = index.search_vector(EMBEDDER.encode([passage.embedded])[0], index.counts.passages)
        places = {(hit.key.determination_id, hit.key.item, hit.start, hit.end) for hit in hits if hit.score > 0.9999}
        assert (passage.determination_id, passage.item, passage.start, passage.end) in places


def test_generations_are_counted_and_the_last_two_are_kept(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    names = [current_folder(index_dir).name, *(again(index_dir, letters).generation for _ in range(3))]
    assert names == ["g000001", "g000002", "g000003", "g000004"]
    assert {path.name for path in (index_dir / GENERATIONS).iterdir()} == {"g000003", "g000004"}
    assert current_folder(index_dir).name == "g000004"


def test_publishing_leaves_nothing_but_the_generation(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    again(index_dir, letters)
    assert left(index_dir) == {CURRENT, GENERATIONS}


def test_a_crashed_run_s_folder_is_cleared_away(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    (index_dir / ".new-g000002" / "words").mkdir(parents=True)
    assert again(index_dir, letters).generation == "g000002"
    assert left(index_dir) == {CURRENT, GENERATIONS}
    assert read_status(index_dir).damaged == ()


def test_a_generation_that_never_became_current_is_not_overwritten(
    index_dir: Path, letters: tuple[Determination, ...]
) -> None:
    shutil.copytree(index_dir / GENERATIONS / "g000001", index_dir / GENERATIONS / "g000002")
    assert again(index_dir, letters).generation == "g000003"


def full_disk(*_: object) -> None:
    """Refuse like a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken_records(*_: object) -> None:
    """Refuse like SQLite on a disk without room."""
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        ("_write_records", broken_records),
        ("write_vectors", full_disk),
        ("write_words", full_disk),
        ("flush_tree", full_disk),
        ("flush_folder", full_disk),
        ("_point_to", full_disk),
    ],
)
def test_a_failing_disk_leaves_the_old_generation_current(
    index_dir: Path,
    letters: tuple[Determination, ...],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: Callable[..., None],
) -> None:
    before = open_embedded(index_dir, 1)
    monkeypatch.setattr(publishing, step, failure)
    with pytest.raises(IndexFault, match="the old one stands") as caught:
        again(index_dir, letters[:1])
    assert "\n" not in str(caught.value)
    assert current_folder(index_dir).name == "g000001"
    assert left(index_dir) == {CURRENT, GENERATIONS}
    after = open_embedded(index_dir, 1)
    assert everything(after) == everything(before)
    assert read_status(index_dir).damaged == ()
    before.close()
    after.close()
    monkeypatch.undo()
    assert current_folder(index_dir).name < again(index_dir, letters).generation


def test_a_pointer_that_cannot_be_moved_leaves_no_generation_behind(
    index_dir: Path, letters: tuple[Determination, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == CURRENT:
            full_disk()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(IndexFault, match="the old one stands"):
        again(index_dir, letters)
    assert left(index_dir) == {CURRENT, GENERATIONS}
    assert [path.name for path in (index_dir / GENERATIONS).iterdir()] == ["g000001"]


def test_an_interrupted_run_leaves_no_folder_behind(
    index_dir: Path, letters: tuple[Determination, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "write_words", interrupt)
    with pytest.raises(KeyboardInterrupt):
        again(index_dir, letters)
    assert left(index_dir) == {CURRENT, GENERATIONS}
    assert current_folder(index_dir).name == "g000001"


def test_readers_of_the_old_generation_read_on(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    old = open_embedded(index_dir, 1)
    expected = everything(old)
    for number in range(2, 5):
        again(index_dir, letters[:number])
        assert everything(old) == expected
    new = open_embedded(index_dir, 1)
    assert (old.generation, new.generation) == ("g000001", "g000004")
    assert new.counts.letters == 4
    old.close()
    new.close()


def test_an_index_without_a_single_letter(index_dir: Path) -> None:
    manifest = again(index_dir, ())
    assert (manifest.counts.letters, manifest.counts.passages) == (0, 0)
    index = open_embedded(index_dir, 1)
    assert everything(index) == [[], [], [], {}, []]
    index.close()


def test_a_second_writer_is_refused(index_dir: Path) -> None:
    with writer_lock(index_dir):
        with pytest.raises(IndexFault, match="another run"), writer_lock(index_dir):
            pytest.fail("two writers at once")
        code = (
            "import sys; from pathlib import Path; from config.errors import IndexFault\n"
            "from indexer.store.publish import writer_lock\n"
            "try:\n    with writer_lock(Path(sys.argv[1])): print('written')\n"
            "except IndexFault as fault: print(fault)"
        )
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", code, str(index_dir)], capture_output=True, text=True, check=True, timeout=120
        )
        assert "another run is writing" in done.stdout
    with writer_lock(index_dir):
        assert (index_dir / "writer.lock").exists()


def test_the_lock_is_given_back_when_a_run_fails(index_dir: Path) -> None:
    with pytest.raises(RuntimeError, match="failed"), writer_lock(index_dir):
        raise RuntimeError("failed")
    with writer_lock(index_dir):
        pass


def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexFault, match="cannot be written") as caught, writer_lock(place):
            pytest.fail("locked a file")
        assert "\n" not in str(caught.value)


def test_publishing_the_same_twice_differs_in_the_name_alone(
    index_dir: Path, letters: tuple[Determination, ...]
) -> None:
    first = again(index_dir, letters)
    second = again(index_dir, letters)
    assert first.generation != second.generation
    kept: dict[str, Any] = {entry.path: entry.sha256 for entry in first.files if not entry.path.startswith("words/")}
    assert kept == {entry.path: entry.sha256 for entry in second.files if not entry.path.startswith("words/")}
    assert read_manifest(current_folder(index_dir)) == second
