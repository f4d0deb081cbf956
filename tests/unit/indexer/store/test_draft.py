"""The next generation while it is made: what dies is gone on with, and what nobody needs goes."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from indexer.embed import HashingEmbedder
from indexer.records import Determination
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.draft import embedded_draft
from indexer.store.embedded import open_embedded
from indexer.store.manifest import GENERATIONS, SEGMENTS, current_folder
from indexer.store.publish import drop_unused, held_open
from indexer.store.verify import verify_index
from tests.support.letters import Item, contents, determination, made_by
from tests.support.store import manifest_of

EMBEDDER = HashingEmbedder()
MADE = made_by(EMBEDDER)
NONE = np.zeros((0, EMBEDDER.fingerprint.dimension), dtype=np.float32)


def letter(name: str, why: str = "The knee is stable.") -> Determination:
    """A letter of one item."""
    return determination(name, Item("Knee brace", why), case=f"case {name}")


def added(*letters: Determination, **paths: str) -> tuple[Contents, np.ndarray]:
    """Return what adds letters, each of a file `/name`, and files that hold letters."""
    held, vectors = contents(letters, EMBEDDER)
    more = tuple(FileRecord(path=f"/{path}", sha256="2", determination_id=name) for path, name in paths.items())
    return msgspec.structs.replace(held, files=(*held.files, *more)), vectors


def letters_of(index_dir: Path) -> list[str]:
    """Return the ids that are published; what is published is whole."""
    assert verify_index(index_dir).problems == ()
    index = open_embedded(index_dir)
    try:
        return [key.determination_id for key in index.keys(np.arange(index.counts.items))]
    finally:
        index.close()


def die_after(index_dir: Path, *blocks: tuple[Contents, np.ndarray], small: int | None = None) -> None:
    """Add blocks and publish nothing."""
    with embedded_draft(index_dir, MADE, 1, small) as draft:
        for block in blocks:
            draft.add(*block)


def test_what_was_added_is_there_for_the_next_run(tmp_path: Path) -> None:
    die_after(tmp_path, added(letter("A")), added(letter("B")))
    with embedded_draft(tmp_path, MADE, 1) as draft:
        assert (draft.published, draft.is_changed, draft.counts.letters) == (None, True, 2)
        assert draft.letter("A") == letter("A")
        assert draft.holds("B")
        assert isinstance(draft.file("/A"), FileRecord)
        digest = added(letter("A"))[0].digests[0]
        assert draft.vector(digest) is not None
        assert draft.publish() == "g000001"
    assert letters_of(tmp_path) == ["A", "B"]
    assert not (tmp_path / "unfinished.json").exists()


def test_what_was_made_otherwise_is_not_gone_on_with(tmp_path: Path) -> None:
    die_after(tmp_path, added(letter("A")))
    with embedded_draft(tmp_path, msgspec.structs.replace(MADE, reader_version="another"), 1) as draft:
        assert (draft.counts.letters, draft.file("/A")) == (0, None)
        draft.add(*added(letter("B")))
        draft.publish()
    assert letters_of(tmp_path) == ["B"]
    assert {path.name for path in (tmp_path / SEGMENTS).iterdir()} == {manifest_of(tmp_path).segments[0].name}


def test_what_another_generation_was_the_base_of_is_not_gone_on_with(tmp_path: Path) -> None:
    die_after(tmp_path, added(letter("A")))
    left = (tmp_path / "unfinished.json").read_bytes()
    with embedded_draft(tmp_path, MADE, 1) as draft:
        draft.publish()
    (tmp_path / "unfinished.json").write_bytes(left.replace(b'"lost":[]', b'"lost":["A"]'))
    with embedded_draft(tmp_path, MADE, 1) as draft:
        assert not draft.is_changed
        draft.add(*added(letter("B")))
        draft.publish()
    assert letters_of(tmp_path) == ["A", "B"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"{}", b"[]"])
def test_what_is_left_in_pieces_is_not_gone_on_with(tmp_path: Path, content: bytes) -> None:
    die_after(tmp_path, added(letter("A")))
    (tmp_path / "unfinished.json").write_bytes(content)
    with embedded_draft(tmp_path, MADE, 1) as draft:
        assert draft.counts.letters == 0
        draft.add(*added(letter("B")))
        draft.publish()
    assert letters_of(tmp_path) == ["B"]


@pytest.fixture(params=[None, 1], ids=["one segment", "segments"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Return what publishes blocks, in one segment or in several."""

    def publish(*blocks: tuple[Contents, np.ndarray]) -> None:
        with embedded_draft(tmp_path, MADE, 1, request.param) as draft:
            for block in blocks:
                draft.add(*block)
            draft.publish()

    return publish


def test_a_letter_is_replaced(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A"), letter("B")))
    write(added(msgspec.structs.replace(letter("A"), reader_version="new")))
    assert letters_of(tmp_path) == ["A", "B"]
    with embedded_draft(tmp_path, MADE, 1) as draft:
        found = draft.letter("A")
        assert found is not None
        assert found.reader_version == "new"


def test_a_file_that_holds_another_letter_takes_the_first_with_it(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A"), letter("B")))
    other, vectors = added(letter("C"))
    write((msgspec.structs.replace(other, files=(FileRecord(path="/A", sha256="2", determination_id="C"),)), vectors))
    assert letters_of(tmp_path) == ["B", "C"]


def test_a_letter_lives_as_long_as_one_of_its_files(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A"), letter("B"), again="A"))
    write((Contents(gone=("/A",)), NONE))
    assert letters_of(tmp_path) == ["A", "B"]
    write((Contents(gone=("/again",)), NONE))
    assert letters_of(tmp_path) == ["B"]


def test_a_file_that_moved_keeps_its_letter(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A")))
    moved = FileRecord(path="/moved", sha256="1", determination_id="A")
    write((Contents(files=(moved,), gone=("/A",)), NONE))
    assert letters_of(tmp_path) == ["A"]
    write((Contents(gone=("/moved",)), NONE), (Contents(files=(moved,)), NONE))
    assert letters_of(tmp_path) == ["A"], "gone and back in one run"


def test_a_file_that_is_rejected_now_takes_its_letter_with_it(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A"), letter("B")))
    write((Contents(rejected=(RejectedFile(path="/A", sha256="2", reason="no letter"),)), NONE))
    assert letters_of(tmp_path) == ["B"]
    with embedded_draft(tmp_path, MADE, 1) as draft:
        assert [file.path for file in draft.rejected()] == ["/A"]
        assert draft.files_under([Path("/")]) == {"/A", "/B"}
        assert not draft.has_file("A")


def test_a_letter_lost_before_a_run_died_is_lost_after(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A"), letter("B")))
    die_after(tmp_path, (Contents(gone=("/A",)), NONE))
    assert letters_of(tmp_path) == ["A", "B"], "until it is published"
    write()
    assert letters_of(tmp_path) == ["B"]


def test_cases_of_several_texts_are_told(tmp_path: Path) -> None:
    one, other = (determination(name, Item(), case="CM1") for name in ("A", "B"))
    die_after(tmp_path, added(one, letter("C")), added(other), small=1)
    with embedded_draft(tmp_path, MADE, 1) as draft:
        assert list(draft.crowded_cases()) == [("CM1", ["A", "B"])]


def names(folder: Path) -> set[str]:
    """Return what lies in a folder."""
    return {path.name for path in folder.iterdir()}


def test_what_a_reader_holds_open_stays(tmp_path: Path, write: Callable[..., None]) -> None:
    write(added(letter("A")))
    first = current_folder(tmp_path)
    kept = {entry.name for entry in manifest_of(tmp_path).segments}
    with held_open(first):
        for name in "BCD":
            write(added(letter(name)))
        assert names(tmp_path / GENERATIONS) == {"g000001", "g000003", "g000004"}
        assert kept <= names(tmp_path / SEGMENTS)
    drop_unused(tmp_path, "g000004")
    assert names(tmp_path / GENERATIONS) == {"g000003", "g000004"}
    used = {entry.name for entry in manifest_of(tmp_path).segments}
    before = msgspec.json.decode((tmp_path / GENERATIONS / "g000003" / "manifest.json").read_bytes())
    used |= {entry["name"] for entry in before["segments"]}
    assert names(tmp_path / SEGMENTS) == used


def test_segments_stay_where_a_manifest_cannot_be_read(tmp_path: Path) -> None:
    for name in "AB":
        with embedded_draft(tmp_path, MADE, 1) as draft:
            draft.add(*added(letter(name)))
            draft.publish()
    there = names(tmp_path / SEGMENTS)
    (tmp_path / GENERATIONS / "g000001" / "manifest.json").write_bytes(b"{")
    drop_unused(tmp_path, "g000002")
    assert names(tmp_path / SEGMENTS) == there
