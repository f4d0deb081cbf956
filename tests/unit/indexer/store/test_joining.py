"""Joining what is published: the letters are found before, the same is found after, and a failure changes nothing."""

import errno
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store import embedded, generation_writing, joining
from indexer.store import publish as publishing
from indexer.store.draft import EmbeddedDraft, embedded_draft
from indexer.store.embedded import open_embedded
from indexer.store.manifest import SEGMENTS, current_folder
from indexer.store.merging import FANOUT
from indexer.store.verify import verify_index
from tests.support.letters import Item, contents, determination, made_by
from tests.support.store import manifest_of

EMBEDDER = HashingEmbedder()
MADE = made_by(EMBEDDER)
WHY = ("The knee is stable.", "No screen is on file for tramadol.", "Weeks of therapy helped.")


def add(draft: EmbeddedDraft, *names: str) -> None:
    """Add letters as a block."""
    letters = [
        determination(name, Item(f"Brace {name}", f"{WHY[len(name) % 3]} So says {name}.")) for name in sorted(names)
    ]
    draft.add(*contents(letters, EMBEDDER))


def run(index_dir: Path, *names: str, join: bool = False) -> str | None:
    """Publish a letter of each name, if there are any; return what joining made if it was asked for."""
    with embedded_draft(index_dir, MADE, 1, small=1) as draft:
        if names:
            add(draft, *names)
            draft.publish()
        else:
            assert not draft.is_changed
        return draft.join(lambda _: None) if join else None


def everything(index_dir: Path) -> list[object]:
    """Return what an index answers, to the last digit of a score; it must be whole."""
    assert verify_index(index_dir).problems == ()
    with closing(open_embedded(index_dir)) as index:
        keys = index.select(NO_FILTERS)
        vectors = EMBEDDER.encode(["no screen for tramadol", "brace of the knee"])
        return [
            index.counts,
            keys,
            [index.determination(key.determination_id) for key in keys],
            [index.vectors(key).tolist() for key in keys],
            [index.stands_for(key) for key in keys],
            [index.search_vector(vector, 100) for vector in vectors],
            index.search_text("tramadol therapy knee", 100),
            index.facet("outcome"),
        ]


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """An index of eight segments of a letter each, which are due to be joined."""
    for number in range(FANOUT):
        run(tmp_path, "x" * number + f"L{number}")
    assert len(manifest_of(tmp_path).segments) == FANOUT
    return tmp_path


def test_a_further_generation_answers_the_same(due: Path) -> None:
    before = everything(due)
    assert run(due, join=True) == "g000009"
    manifest = manifest_of(due)
    assert (manifest.generation, len(manifest.segments)) == ("g000009", 1)
    assert everything(due) == before
    assert run(due, join=True) is None, "nothing is due any more"
    assert manifest_of(due) == manifest


def test_letters_are_found_before_joining_begins(due: Path) -> None:
    told: list[tuple[int, str, int]] = []

    def begins(letters: int) -> None:
        found = manifest_of(due)
        told.append((letters, found.generation, found.counts.letters))

    with embedded_draft(due, MADE, 1, small=1) as draft:
        add(draft, "new")
        assert draft.publish() == "g000009"
        assert draft.join(begins) == "g000010"
    assert told == [(9, "g000009", 9)]


def test_a_run_joins_its_own_before_it_publishes(tmp_path: Path) -> None:
    run(tmp_path, "A")
    with embedded_draft(tmp_path, MADE, 1, small=1) as draft:
        for number in range(FANOUT + 1):
            add(draft, f"L{number}")
        draft.publish()
    own, *others = [entry.items for entry in manifest_of(tmp_path).segments]
    assert (own, sorted(others)) == (1, [1, FANOUT]), "what was published before stays as it was"
    found = everything(tmp_path)[1]
    assert isinstance(found, list)
    assert len(found) == FANOUT + 2


def test_a_segment_most_of_which_is_dead_is_written_again_afterwards(tmp_path: Path) -> None:
    run(tmp_path, "A", "B", "C")
    run(tmp_path, "A", "B")
    assert [entry.items for entry in manifest_of(tmp_path).segments] == [3, 2]
    before = everything(tmp_path)
    assert run(tmp_path, join=True) == "g000003"
    assert [entry.items for entry in manifest_of(tmp_path).segments] == [1, 2]
    assert everything(tmp_path) == before


def full_disk(*_: object, **__: object) -> None:
    """Refuse like a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("where", "step"),
    [
        (joining, "merged_data"),
        (joining, "write_segment"),
        (publishing, "flush_tree"),
        (generation_writing, "write_dead"),
        (generation_writing, "write_words_of"),
        (publishing, "_point_to"),
    ],
)
def test_a_refusal_leaves_what_is_published(
    due: Path, monkeypatch: pytest.MonkeyPatch, where: ModuleType, step: str
) -> None:
    before = everything(due)
    monkeypatch.setattr(where, step, full_disk)
    with pytest.raises(IndexFault, match=r"could not be joined, what is published stands: .*No space") as caught:
        run(due, join=True)
    assert "\n" not in str(caught.value)
    assert current_folder(due).name == "g000008"
    assert everything(due) == before
    monkeypatch.undo()
    assert run(due, join=True) is not None, "a run that has nothing new joins what is due"
    assert everything(due) == before
    assert {path.name for path in due.iterdir()} == {"CURRENT", "generations", "segments", "writer.lock"}
    used = {entry.name for entry in manifest_of(due).segments}
    assert len({path.name for path in (due / SEGMENTS).iterdir()} - used) == FANOUT, "those of the generation before"


def test_damage_is_not_joined_under_checksums_that_hold(due: Path) -> None:
    path = due / SEGMENTS / manifest_of(due).segments[3].name / "arrays.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexFault, match="is damaged: arrays"):
        run(due, join=True)
    assert current_folder(due).name == "g000008"


def test_a_reader_reads_on(due: Path) -> None:
    vector = EMBEDDER.encode(["no screen for tramadol"])[0]

    def asked() -> Sequence[object]:
        rows = np.arange(index.counts.items)
        return index.search_vector(vector, 100), [index.determination(key.determination_id) for key in index.keys(rows)]

    with closing(open_embedded(due)) as index:
        before = asked()
        run(due, "new", join=True)
        run(due, "newer", join=True)
        assert index.generation == "g000008"
        assert asked() == before


def test_what_is_dropped_while_it_is_opened_is_no_damage(due: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = current_folder(due)

    def overtaken(_: Path) -> Path:
        monkeypatch.undo()
        run(due, "new", join=True)
        run(due, "newer")
        assert not first.exists()
        return first

    monkeypatch.setattr(embedded, "current_folder", overtaken)
    with closing(open_embedded(due)) as index:
        assert (index.generation, index.counts.letters) == ("g000011", FANOUT + 2)
