"""The words of a generation: extended from the one before or made anew, they find the same."""

from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np
import pytest

from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store import generation_writing
from indexer.store.contents import Contents
from indexer.store.draft import embedded_draft
from indexer.store.embedded import open_embedded
from indexer.store.manifest import FileEntry, current_folder
from indexer.store.verify import verify_index
from indexer.store.word_slots import Base, Written, write_words_of
from indexer.store.words import WORDS
from tests.support.letters import Item, contents, determination, made_by
from tests.support.store import manifest_of

EMBEDDER = HashingEmbedder()
NONE = np.zeros((0, EMBEDDER.fingerprint.dimension), dtype=np.float32)
QUERIES = ("knee", "brace", "stable tear", "number")


def add(place: Path, *names: str, gone: tuple[str, ...] = (), version: str = "1") -> None:
    """Publish some letters more and some less, in segments that are not joined while they are few."""
    letters = [
        msgspec.structs.replace(
            determination(name, Item(f"Knee brace number {name}", "The knee is stable."), Item("Scan", "A tear.")),
            reader_version=version,
        )
        for name in names
    ]
    held, vectors = contents(letters, EMBEDDER)
    with embedded_draft(place, made_by(EMBEDDER), 1, small=1) as draft:
        if names:
            draft.add(held, vectors)
        if gone:
            draft.add(Contents(gone=gone), NONE)
        draft.publish()


def told(place: Path) -> list[object]:
    """Return what every query finds; what is published is whole."""
    assert verify_index(place).problems == ()
    with closing(open_embedded(place)) as index:
        found = [sorted(hit.key for hit in index.search_text(query, 100)) for query in QUERIES]
        return [index.select(NO_FILTERS), found]


def links(place: Path) -> list[FileEntry]:
    """Return the files of the words that are hard links."""
    folder = current_folder(place)
    listed = (entry for entry in manifest_of(place).files if entry.path.startswith(f"{WORDS}/"))
    return [entry for entry in listed if (folder / entry.path).stat().st_nlink > 1]


def test_extended_or_anew_the_same_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def extending(held: object, next_slot: int, folder: Path, base: Base) -> Written:
        return write_words_of(held, next_slot, folder, base, anew=0)  # type: ignore[arg-type] # as it was given

    def step(place: Path, number: int) -> None:
        if number == 0:
            add(place, *"ABCDEFGH")
        elif number == 1:
            add(place, "I", "J")
        elif number == 2:
            add(place, "K", gone=("/B",))
        elif number == 3:
            add(place, "A", version="2")
        else:
            add(place, gone=("/I", "/J"))

    for number in range(5):
        step(tmp_path / "anew", number)
        before = manifest_of(tmp_path / "extended").files if number else ()
        with monkeypatch.context() as lowered:
            lowered.setattr(generation_writing, "write_words_of", extending)
            step(tmp_path / "extended", number)
        assert told(tmp_path / "extended") == told(tmp_path / "anew"), number
        assert links(tmp_path / "anew") == []
        linked = links(tmp_path / "extended")
        assert bool(linked) == bool(number), "it was extended"
        assert set(linked) <= set(before), "what is linked keeps its checksum"


def test_damage_of_a_linked_file_is_told_of_the_new_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        generation_writing,
        "write_words_of",
        lambda held, slot, folder, base: write_words_of(held, slot, folder, base, anew=0),
    )
    add(tmp_path, *"ABCDEFGH")
    store = next(path for path in (current_folder(tmp_path) / WORDS).iterdir() if path.suffix == ".store")
    content = bytearray(store.read_bytes())
    content[len(content) // 2] ^= 1
    store.write_bytes(content)
    add(tmp_path, "I")
    problems = verify_index(tmp_path).problems
    assert [(problem.file.rpartition("/")[2], problem.what) for problem in problems] == [
        (store.name, "is not as it was published")
    ]
