"""Verification: a byte that is changed in any file is told, and so are files that do not go together."""

import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from config.errors import IndexFault
from config.settings import Settings
from indexer.store.arrays import Array, Arrays, write_arrays
from indexer.store.dead import DEAD, write_dead
from indexer.store.manifest import (
    CURRENT,
    GENERATIONS,
    MANIFEST,
    SEGMENTS,
    Manifest,
    current_folder,
)
from indexer.store.schema import RECORDS
from indexer.store.segment import ARRAYS, VECTORS
from indexer.store.vectors import Vectors, write_vectors
from indexer.store.verify import verify_index
from indexer.store.words import WORDS
from indexer.store.words_writing import write_words
from tests.support.store import files_of, manifest_of, manifest_path, segment_folder, sign


@pytest.fixture
def place(sample_settings: Settings, tmp_path: Path) -> Path:
    """A copy of the sample index, to break."""
    return Path(shutil.copytree(sample_settings.index.dir, tmp_path / "index"))


def problems(place: Path) -> list[tuple[str, str]]:
    """Return what a verification tells, by file."""
    return [(problem.file, problem.what) for problem in verify_index(place).problems]


def within(place: Path, file: str) -> str:
    """Return the name by which a file of the segment, or of the generation, is told."""
    folder = current_folder(place) if file in {WORDS, DEAD, ""} else segment_folder(place)
    return (folder / file).relative_to(place).as_posix()


def test_a_whole_index_has_no_problem(place: Path) -> None:
    found = verify_index(place)
    assert (found.problems, found.remedy, found.manifest_checked) == ((), None, True)
    assert found.generation == "g000001"
    files = files_of(place)
    assert (found.files, found.bytes) == (len(files), sum(path.stat().st_size for path in files.values()))


def test_a_byte_changed_anywhere_in_any_file_is_told(place: Path) -> None:
    generation = within(place, "") + f"/{MANIFEST}"
    files = {**files_of(place), generation: place / generation, CURRENT: place / CURRENT}
    others = {path for path in place.rglob("*") if path.is_file()} - set(files.values())
    assert {path.suffix for path in others} <= {".lock"}
    tried = 0
    for name, path in files.items():
        content = path.read_bytes()
        for at in {0, len(content) // 3, len(content) // 2, len(content) - 1} if content else set[int]():
            for bit in (1, 0x80):
                path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
                found = verify_index(place)
                told = {problem.file for problem in found.problems}
                # A name or checksum in CURRENT that is changed is told as what does not fit: it or the manifest; a
                # manifest of a segment that cannot be used, as of the generation that needs it.
                named = {CURRENT, generation} if path.name == CURRENT else {name}
                if path.name == MANIFEST and found.problems[0].what.startswith("index generation"):
                    assert path.parent.name in found.problems[0].what
                    named.add(within(place, "").rstrip("/"))
                assert told & named, (path, at)
                assert found.remedy
                tried += 1
        path.write_bytes(content)
    assert tried >= 100
    assert problems(place) == []


def test_a_file_that_is_gone_or_cut_or_not_listed_is_told(place: Path) -> None:
    segment, name = segment_folder(place), within(place, VECTORS)
    content = (segment / VECTORS).read_bytes()
    (segment / VECTORS).write_bytes(content[:-1])
    assert problems(place) == [(name, "is not as it was published")]
    (segment / VECTORS).unlink()
    assert problems(place) == [(name, "is missing")]
    sign(place)
    assert [(file, "cannot be opened" in what or "damaged" in what) for file, what in problems(place)] == [(name, True)]
    (segment / VECTORS).write_bytes(content)
    assert problems(place) == [(name, f"is not listed in {MANIFEST}")]
    sign(place)
    manifest_path(segment).unlink()
    assert [(file, segment.name in what) for file, what in problems(place)] == [(within(place, ""), True)]
    manifest_path(current_folder(place)).unlink()
    assert [file for file, _ in problems(place)] == [within(place, "") + f"/{MANIFEST}"]


def test_a_file_more_is_told_wherever_it_lies(place: Path) -> None:
    more = [current_folder(place) / "more", current_folder(place) / WORDS / "more", segment_folder(place) / "more"]
    for path in more:
        path.write_bytes(b"")
    (current_folder(place) / WORDS / ".tantivy-meta.lock").write_bytes(b"")
    expected = [(path.relative_to(place).as_posix(), f"is not listed in {MANIFEST}") for path in more]
    assert sorted(problems(place)) == sorted(expected)


def test_the_remedy_names_the_generation_that_is_whole(place: Path) -> None:
    generations = place / GENERATIONS
    shutil.copytree(generations / "g000001", generations / "g000002")
    (place / CURRENT).write_text("g000002\n", encoding="utf-8")
    found = verify_index(place)
    assert [problem.what for problem in found.problems] == ["is of generation g000001"]
    assert found.remedy
    assert f"echo g000001 > {place / CURRENT}" in found.remedy
    (generations / "g000002" / DEAD).unlink()
    (place / CURRENT).write_text("g000001\n", encoding="utf-8")
    assert (verify_index(place).problems, verify_index(place).manifest_checked) == ((), False)
    (segment_folder(place) / VECTORS).write_bytes(b"")
    assert verify_index(place).remedy == "index again into an empty folder"


def test_no_index_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="no index in"):
        verify_index(tmp_path)


def with_vectors(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    """Return what writes other vectors."""

    def write(folder: Path) -> None:
        vectors = change(Vectors(folder / VECTORS).all())
        (folder / VECTORS).unlink()  # whoever has the old file open keeps it
        write_vectors(folder / VECTORS, vectors)

    return write


def scaled(vectors: np.ndarray) -> np.ndarray:
    """Make one vector longer and another no number."""
    vectors[3] *= 1.01
    vectors[5] = np.nan
    return vectors


def with_words(slots: Callable[[int], list[int]]) -> Callable[[Path], None]:
    """Return what writes documents of other slots."""

    def write(folder: Path) -> None:
        generation = current_folder(folder.parent.parent)
        items = manifest_of(folder.parent.parent).counts.items
        shutil.rmtree(generation / WORDS)
        write_words(generation / WORDS, ((slot, ("a word",)) for slot in slots(items)))

    return write


def with_array(name: str, change: Callable[[Array], Array]) -> Callable[[Path], None]:
    """Return what writes another array."""

    def write(folder: Path) -> None:
        found = Arrays(folder / ARRAYS)
        arrays = {one: np.array(found[one]) for one in names_of(folder)}
        arrays[name] = change(arrays[name])
        write_arrays(folder / ARRAYS, arrays)

    return write


def names_of(folder: Path) -> list[str]:
    """Return the names of a segment's arrays."""
    content = (folder / ARRAYS).read_bytes()
    header = msgspec.json.decode(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return sorted(set(header) - {"__metadata__"})


def at(place: int, value: object) -> Callable[[Array], Array]:
    """Return what puts a value into an array."""

    def change(array: Array) -> Array:
        array[place] = value
        return array

    return change


def swapped(array: Array) -> Array:
    """Swap the first two entries that differ."""
    other = int(np.flatnonzero(array != array[0])[0])
    array[[0, other]] = array[[other, 0]]
    return array


def with_dead(numbers: list[int]) -> Callable[[Path], None]:
    """Return what says that letters are dead."""

    def write(folder: Path) -> None:
        write_dead(current_folder(folder.parent.parent), {folder.name: np.asarray(numbers, dtype=np.int32)})

    return write


def with_records(*statements: str) -> Callable[[Path], None]:
    """Return what changes the records."""

    def write(folder: Path) -> None:
        connection = sqlite3.connect(folder / RECORDS)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return write


RECORD = "UPDATE determinations SET record = x'00' WHERE number = 1"
BROKEN: list[tuple[str, Callable[[Path], None], str]] = [
    (VECTORS, with_vectors(lambda vectors: vectors[:-1]), "vectors and records do not go together"),
    (
        VECTORS,
        with_vectors(lambda vectors: vectors[:, :100] / np.linalg.norm(vectors[:, :100], axis=1)[:, None]),
        "vectors and records do not go together ",
    ),
    (VECTORS, with_vectors(scaled), "of length one: 2 from row 3 on"),
    (VECTORS, lambda folder: (folder / VECTORS).write_bytes(b"IxFI no vectors") and None, "is damaged"),
    (WORDS, with_words(lambda items: list(range(items - 1))), "documents for"),
    (WORDS, with_words(lambda items: [0, *range(items - 1)]), "an item twice"),
    (WORDS, with_words(lambda items: list(range(1, items + 1))), "a document of no item"),
    ("", with_array("number", lambda array: array[:-1]), "its arrays and its manifest do not go together"),
    ("", with_array("passage_item", lambda array: array[:-1]), "its arrays and its manifest do not go together "),
    ("", with_array("first", lambda array: array[:-1]), "its arrays and its manifest do not go together  "),
    (RECORDS, with_array("passage_end", at(7, 10_000_000)), "1 passages outside their item's rationale"),
    (RECORDS, with_array("passage_start", lambda array: array + 1_000_000), "passages outside"),
    (RECORDS, with_array("passage_item", at(-1, 9999)), "1 passages outside"),
    (RECORDS, with_records("UPDATE item_reasons SET start = -1 WHERE item < 50"), "reasons outside"),
    (RECORDS, with_array("overturned", lambda array: ~array), "its row 5 is of another item"),
    (RECORDS, with_array("decided", at(5, 1)), "its row 5 is of another item "),
    (RECORDS, with_array("dependent", lambda array: ~array), "its row 5 is of another item  "),
    (RECORDS, with_array("number", at(5, 77)), "its row 5 is of another item   "),
    (RECORDS, with_array("first", at(1, 0)), "items and 0 rows"),
    (RECORDS, with_array("cases", at(3, 1)), "listed under another case"),
    (RECORDS, with_array("ids", at(0, b"A")), "listed under another id"),
    (RECORDS, with_array("values-treatment", lambda array: array[:, 1:]), "filter values are not its own"),
    (ARRAYS, with_array("values-cited", lambda array: array + np.array([[0], [9999]], array.dtype)), "no item (cited"),
    (
        RECORDS,
        with_array("values-reason", lambda array: array + np.array([[0], [9999]], array.dtype)),
        "cannot be read",
    ),
    (ARRAYS, with_array("ids", swapped), "not in order of id"),
    (ARRAYS, with_array("passage_item", swapped), "passage_item is not in order"),
    (ARRAYS, with_array("bands", swapped), "bands is not in order"),
    (ARRAYS, with_array("digest_order", swapped), "digests of embedded texts are not in order"),
    (ARRAYS, with_array("saying", at(5, 7)), "a group that is not told of"),
    ("", with_array("facts_code", lambda array: array[:-1]), "its arrays and its manifest do not go together   "),
    ("", with_array("facts_records", lambda array: array[:-1]), "facts end elsewhere than their records"),
    (RECORDS, with_records("DELETE FROM determinations WHERE number = 3"), "determinations, the manifest says"),
    (RECORDS, with_array("facts_code", lambda array: (array + 1) % (array.max() + 1)), "facts are not its own"),
    (RECORDS, with_array("facts_records", lambda array: array * 0 + 0xC1), "the facts of the index are damaged"),
    (RECORDS, with_records("DELETE FROM item_reasons"), "filter values are not its own "),
    ("", with_records("DELETE FROM files WHERE path LIKE '%SAMPLE-0003.txt'"), "1 letters of no file"),
    ("", with_records("INSERT INTO files VALUES ('x', 'y', 'z', NULL)"), "1 files of no letter"),
    ("", with_records("INSERT INTO files VALUES ('x', 'y', NULL, 'why')"), "rejected=1"),
    (RECORDS, with_records("DROP TABLE item_reasons"), "cannot be read "),
    (RECORDS, with_records(RECORD), "cannot be read  "),
    (RECORDS, with_records("UPDATE determinations SET folded_case = 'x' WHERE number = 1"), "letter 1 holds"),
    (RECORDS, with_records("UPDATE determinations SET id = 'A' WHERE number = 0"), "letter 0 holds"),
    ("", with_dead([0]), "the manifest says"),
    (WORDS, with_dead([0]), "documents for "),
    ("", with_dead([99_999]), "said to be dead"),
    ("", with_dead([-1]), "said to be dead "),
    ("", with_dead([3, 3]), "the manifest says "),
]


@pytest.mark.parametrize(("file", "harm", "told"), BROKEN, ids=[told for _, _, told in BROKEN])
def test_files_that_do_not_go_together_are_told_though_their_checksums_hold(
    place: Path, file: str, harm: Callable[[Path], None], told: str
) -> None:
    harm(segment_folder(place))
    sign(place)
    found = problems(place)
    assert [what for name, what in found if name == within(place, file) and told.strip() in what], found
    assert all("\n" not in what for _, what in found)


def test_a_text_that_is_not_the_one_that_was_read_is_told(place: Path) -> None:
    connection = sqlite3.connect(segment_folder(place) / RECORDS)
    name, record = connection.execute("SELECT id, record FROM determinations ORDER BY id").fetchone()
    changed = zlib.compress(zlib.decompress(record).replace(b'"text_sha256":"', b'"text_sha256":"0', 1))
    connection.execute("UPDATE determinations SET record = ? WHERE id = ?", (changed, name))
    connection.commit()
    connection.close()
    sign(place)
    assert problems(place) == [(within(place, RECORDS), f"the text of {name} has another sha256 than its text_sha256")]


@pytest.mark.parametrize("what", ["letters", "items", "passages", "rejected"])
def test_counts_that_are_not_the_files_are_told(place: Path, what: str) -> None:
    counts = manifest_of(place).counts
    wrong = msgspec.structs.replace(counts, **{what: getattr(counts, what) + 1})
    sign(place, lambda manifest: msgspec.structs.replace(manifest, counts=wrong))
    assert problems(place) == [(within(place, ""), f"holds {counts}, the manifest says {wrong}")]


def test_a_letter_that_is_in_two_segments_is_told(place: Path) -> None:
    (first,) = manifest_of(place).segments
    shutil.copytree(segment_folder(place), place / SEGMENTS / "s000009")

    def twice(manifest: Manifest) -> Manifest:
        second = msgspec.structs.replace(first, name="s000009", first_slot=first.items)
        return msgspec.structs.replace(manifest, segments=(first, second), next_slot=2 * first.items)

    sign(place, twice)
    assert (within(place, ""), "holds a letter twice") in problems(place)
