"""Publishing: all or nothing, one writer at a time, and nobody who reads is disturbed."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.records import Determination
from indexer.store import draft as drafting
from indexer.store import generation_writing, joining, segment_writing, unfinished, word_slots
from indexer.store import publish as publishing
from indexer.store.contents import Contents
from indexer.store.draft import embedded_draft
from indexer.store.embedded import EmbeddedIndex, open_embedded
from indexer.store.manifest import CURRENT, GENERATIONS, SEGMENTS, Manifest, current_folder
from indexer.store.publish import held_open, writer_lock
from indexer.store.status import read_status
from indexer.store.verify import verify_index
from tests.support.letters import contents, made_by, publish
from tests.support.store import checksums, manifest_of

EMBEDDER = HashingEmbedder()
# What lies in an index folder when no run is at work.
SETTLED = {CURRENT, GENERATIONS, SEGMENTS, "writer.lock"}


def again(index_dir: Path, letters: tuple[Determination, ...]) -> Manifest:
    """Publish the next generation."""
    held, vectors = contents(letters, EMBEDDER)
    publish(index_dir, held, vectors, EMBEDDER)
    return manifest_of(index_dir)


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
    assert left(index_dir) == SETTLED


def test_segments_that_no_generation_names_are_removed(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    shutil.copytree(index_dir / SEGMENTS / "s000001", index_dir / SEGMENTS / "s000077")
    named = {entry.name for _ in range(3) for entry in again(index_dir, letters).segments}
    there = {path.name for path in (index_dir / SEGMENTS).iterdir()}
    assert manifest_of(index_dir).segments[0].name in there
    assert "s000077" not in there
    assert there <= named
    assert len(there) <= 2, "those of the last two generations"


def test_a_crashed_run_s_folder_is_cleared_away(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    (index_dir / ".new-g000002" / "words").mkdir(parents=True)
    (index_dir / ".new-s000002").mkdir()
    (index_dir / "vectors.scratch").write_bytes(b"half")
    assert again(index_dir, letters).generation == "g000002"
    assert left(index_dir) == SETTLED
    assert read_status(index_dir).damaged == ()


def test_a_generation_that_never_became_current_is_not_overwritten(
    index_dir: Path, letters: tuple[Determination, ...]
) -> None:
    stray = shutil.copytree(index_dir / GENERATIONS / "g000001", index_dir / GENERATIONS / "g000002")
    with held_open(stray):
        assert again(index_dir, letters).generation == "g000003"
        assert stray.is_dir(), "a reader holds it"
    shutil.copytree(stray, index_dir / GENERATIONS / "g000009")
    assert again(index_dir, letters).generation == "g000004", "what nobody holds is gone before"
    assert {path.name for path in (index_dir / GENERATIONS).iterdir()} == {"g000003", "g000004"}


def full_disk(*_: object, **__: object) -> None:
    """Refuse like a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def broken_records(*_: object) -> None:
    """Refuse like SQLite on a disk without room."""
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("where", "step", "failure"),
    [
        (segment_writing, "_write_records", broken_records),
        (segment_writing, "write_arrays", full_disk),
        (segment_writing, "write_vectors", full_disk),
        (joining, "merged_data", full_disk),
        (drafting, "write_unfinished", full_disk),
        (unfinished, "flush_folder", full_disk),
        (generation_writing, "write_dead", full_disk),
        (word_slots, "write_words", full_disk),
        (publishing, "write_manifest", full_disk),
        (publishing, "flush_tree", full_disk),
        (publishing, "flush_folder", full_disk),
        (publishing, "_point_to", full_disk),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_failing_disk_leaves_the_old_generation_current(
    index_dir: Path,
    letters: tuple[Determination, ...],
    monkeypatch: pytest.MonkeyPatch,
    where: ModuleType,
    step: str,
    failure: Callable[..., None],
) -> None:
    before = open_embedded(index_dir)
    monkeypatch.setattr(where, step, failure)
    with pytest.raises(IndexFault, match="the old one stands") as caught:
        again(index_dir, letters[:1])
    assert "\n" not in str(caught.value)
    assert current_folder(index_dir).name == "g000001"
    assert left(index_dir) - {"unfinished.json"} == SETTLED
    after = open_embedded(index_dir)
    assert everything(after) == everything(before)
    assert read_status(index_dir).damaged == ()
    assert verify_index(index_dir).problems == ()
    before.close()
    after.close()
    monkeypatch.undo()
    assert current_folder(index_dir).name < again(index_dir, letters).generation
    assert left(index_dir) == SETTLED
    assert verify_index(index_dir).problems == ()


@pytest.mark.parametrize("file", ["unfinished.json", "vectors.scratch"])
@pytest.mark.parametrize("call", ["replace", "open", "fsync", "posix_fallocate"])
def test_a_refusal_leaves_no_half_file(
    index_dir: Path, letters: tuple[Determination, ...], monkeypatch: pytest.MonkeyPatch, file: str, call: str
) -> None:
    refused = []

    def refuse(*_: object) -> None:
        refused.append(call)
        full_disk()

    if call in {"fsync", "posix_fallocate"}:
        # By the name of what is open: everything else is flushed in peace.
        through = getattr(os, call)

        def watched(descriptor: int, *more: int) -> None:
            if file in Path(f"/proc/self/fd/{descriptor}").readlink().name:
                refuse()
            through(descriptor, *more)

        monkeypatch.setattr(os, call, watched)
    else:
        method = getattr(Path, call)

        def looked_at(self: Path, *arguments: Any, **options: Any) -> Any:
            if file in self.name and "rb" not in {*arguments, options.get("mode")}:
                refuse()
            return method(self, *arguments, **options)

        monkeypatch.setattr(Path, call, looked_at)
    possible = {"unfinished.json": {"replace", "open", "fsync"}, "vectors.scratch": {"open", "posix_fallocate"}}
    if call not in possible[file]:
        again(index_dir, letters)
        assert refused == []
        return
    with pytest.raises(IndexFault, match="the old one stands"):
        again(index_dir, letters)
    assert refused == [call]
    assert left(index_dir) - {"unfinished.json"} == SETTLED
    monkeypatch.undo()
    again(index_dir, letters)
    assert left(index_dir) == SETTLED


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
    assert left(index_dir) == SETTLED | {"unfinished.json"}
    assert [path.name for path in (index_dir / GENERATIONS).iterdir()] == ["g000001"]


def test_a_pointer_that_moved_but_may_not_last_is_told_as_it_is(
    index_dir: Path, letters: tuple[Determination, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = publishing.flush_folder

    def refuse(folder: Path) -> None:
        if folder == index_dir:
            full_disk()
        flush(folder)

    monkeypatch.setattr(publishing, "flush_folder", refuse)
    with pytest.raises(IndexFault, match=r"generation g000002 .* is published, but .*No space") as caught:
        again(index_dir, letters[:1])
    assert "\n" not in str(caught.value)
    assert "old one stands" not in str(caught.value)
    assert (current_folder(index_dir).name, manifest_of(index_dir).counts.letters) == ("g000002", 1)
    assert verify_index(index_dir).problems == ()
    monkeypatch.undo()
    assert again(index_dir, letters).generation == "g000003"
    assert left(index_dir) == SETTLED


def test_an_interrupted_run_leaves_no_folder_behind(
    index_dir: Path, letters: tuple[Determination, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(word_slots, "write_words", interrupt)
    with pytest.raises(KeyboardInterrupt):
        again(index_dir, letters)
    assert left(index_dir) == SETTLED | {"unfinished.json"}, "the next run goes on there"
    assert current_folder(index_dir).name == "g000001"


def test_readers_of_the_old_generation_read_on(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    old = open_embedded(index_dir)
    expected = everything(old)
    for number in range(2, 5):
        again(index_dir, letters[:number])
        assert everything(old) == expected
    new = open_embedded(index_dir)
    assert (old.generation, new.generation) == ("g000001", "g000004")
    assert new.counts.letters == 4
    old.close()
    new.close()


def test_an_index_without_a_single_letter(index_dir: Path) -> None:
    manifest = again(index_dir, ())
    assert (manifest.counts.letters, manifest.counts.passages) == (0, 0)
    index = open_embedded(index_dir)
    assert everything(index) == [[], [], [], {}, []]
    index.close()


def test_a_second_writer_is_refused(index_dir: Path) -> None:
    with writer_lock(index_dir):
        with pytest.raises(IndexFault, match="another run"), writer_lock(index_dir):
            pytest.fail("two writers at once")
        code = (
            "import sys; from pathlib import Path; from config.errors import IndexFault\n"
            "from indexer.store.publish import held_open, writer_lock\n"
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


def test_publishing_the_same_twice_differs_in_names_alone(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    def told(manifest: Manifest) -> tuple[object, ...]:
        # tantivy names its files by chance.
        kept = [(entry.path, entry.sha256) for entry in manifest.files if not entry.path.startswith("words/")]
        return manifest.counts, manifest.made, kept, manifest.next_slot

    first = again(index_dir, letters)
    files = sorted(checksums(index_dir).items())
    second = again(index_dir, letters)
    assert first.generation != second.generation
    assert told(first) == told(second)
    assert [Path(name).name for name, _ in files] == [Path(name).name for name in sorted(checksums(index_dir))]
    assert [digest for _, digest in files] == [digest for _, digest in sorted(checksums(index_dir).items())]


def test_nothing_changed_is_told(index_dir: Path, letters: tuple[Determination, ...]) -> None:
    made = made_by(EMBEDDER)
    with embedded_draft(index_dir, made, 1) as draft:
        assert (draft.is_changed, draft.published) == (False, "g000001")
        assert draft.counts.letters == len(letters)
        draft.add(Contents(gone=("/x",)), np.zeros((0, EMBEDDER.fingerprint.dimension), dtype=np.float32))
        assert draft.is_changed
