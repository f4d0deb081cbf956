"""Verification: a byte that is changed in any file is told, and so are files that do not go together."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import faiss
import msgspec
import numpy as np
import pytest

from config.errors import IndexFault
from config.settings import Settings
from indexer.store.facts import FACTS, write_facts
from indexer.store.manifest import (
    CURRENT,
    GENERATIONS,
    MANIFEST,
    Manifest,
    current_folder,
    decode_manifest,
    file_entries,
)
from indexer.store.schema import RECORDS
from indexer.store.vectors import VECTORS
from indexer.store.verify import verify_index
from indexer.store.words import WORDS
from indexer.store.words_writing import write_words


@pytest.fixture
def place(sample_settings: Settings, tmp_path: Path) -> Path:
    """A copy of the sample index, to break."""
    return Path(shutil.copytree(sample_settings.index.dir, tmp_path / "index"))


def problems(place: Path) -> list[tuple[str, str]]:
    """Return what a verification tells, by file."""
    return [(problem.file, problem.what) for problem in verify_index(place).problems]


def sign(place: Path, change: Callable[[Manifest], Manifest] = lambda manifest: manifest) -> None:
    """Write a manifest with the checksums of the files as they are, and point CURRENT to it."""
    folder = current_folder(place)
    manifest = change(msgspec.structs.replace(decode_manifest(folder), files=file_entries(folder)))
    content = msgspec.json.encode(manifest)
    (folder / MANIFEST).write_bytes(content)
    (place / CURRENT).write_text(f"{folder.name}\n{hashlib.sha256(content).hexdigest()}\n", encoding="utf-8")


def test_a_whole_index_has_no_problem(place: Path) -> None:
    found = verify_index(place)
    assert (found.problems, found.remedy, found.manifest_checked) == ((), None, True)
    assert found.generation == "g000001"
    assert found.files == len(file_entries(current_folder(place)))


def test_a_byte_changed_anywhere_in_any_file_is_told(place: Path) -> None:
    folder = current_folder(place)
    tried = 0
    for path in [*(path for path in folder.rglob("*") if path.is_file()), place / CURRENT]:
        content = path.read_bytes()
        for at in {0, len(content) // 3, len(content) // 2, len(content) - 1} if content else set[int]():
            for bit in (1, 0x80):
                path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
                found = verify_index(place)
                files = {problem.file for problem in found.problems}
                # A name or checksum in CURRENT that is changed is told as what does not fit: it or the manifest.
                named = {CURRENT, MANIFEST} if path.name == CURRENT else {path.relative_to(folder).as_posix()}
                assert files & named, (path, at)
                assert found.remedy
                tried += 1
        path.write_bytes(content)
    assert tried >= 80
    assert problems(place) == []


def test_a_file_that_is_gone_or_cut_or_not_listed_is_told(place: Path) -> None:
    folder = current_folder(place)
    content = (folder / VECTORS).read_bytes()
    (folder / VECTORS).write_bytes(content[:-1])
    assert problems(place) == [(VECTORS, "is not as it was published")]
    (folder / VECTORS).unlink()
    assert problems(place) == [(VECTORS, "is missing")]
    sign(place)
    assert problems(place) == [(VECTORS, "is not listed in manifest.json")]
    (folder / MANIFEST).unlink()
    assert [name for name, _ in problems(place)] == [MANIFEST]


def test_the_remedy_names_the_generation_that_is_whole(place: Path) -> None:
    generations = place / GENERATIONS
    shutil.copytree(generations / "g000001", generations / "g000002")
    (place / CURRENT).write_text("g000002\n", encoding="utf-8")
    found = verify_index(place)
    assert [problem.what for problem in found.problems] == ["is of generation g000001"]
    assert found.remedy
    assert f"echo g000001 > {place / CURRENT}" in found.remedy
    (place / CURRENT).write_text("g000001\n", encoding="utf-8")
    assert (verify_index(place).problems, verify_index(place).manifest_checked) == ((), False)
    (generations / "g000001" / VECTORS).write_bytes(b"")
    assert verify_index(place).remedy == "index again into an empty folder"


def test_no_index_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="no index in"):
        verify_index(tmp_path)


def with_vectors(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    """Return what writes other vectors."""

    def write(folder: Path) -> None:
        index = faiss.read_index(str(folder / VECTORS))
        vectors = change(index.reconstruct_n(0, index.ntotal))
        other = faiss.IndexFlatIP(vectors.shape[1])
        other.add(np.ascontiguousarray(vectors))
        faiss.write_index(other, str(folder / VECTORS))

    return write


def scaled(vectors: np.ndarray) -> np.ndarray:
    """Make one vector longer and another no number."""
    vectors[3] *= 1.01
    vectors[5] = np.nan
    return vectors


def with_words(rows: Callable[[int], list[int]]) -> Callable[[Path], None]:
    """Return what writes documents of other rows."""

    def write(folder: Path) -> None:
        items = decode_manifest(folder).counts.items
        shutil.rmtree(folder / WORDS)
        write_words(folder / WORDS, ((row, ("a word",)) for row in rows(items)))

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


def granted_everywhere(folder: Path) -> None:
    """Change the outcome in every record of the facts from 'upheld' to a word as long."""
    records = folder / FACTS / "records.bin"
    records.write_bytes(records.read_bytes().replace(b"upheld", b"upheap"))


def with_facts_of_none(folder: Path) -> None:
    shutil.rmtree(folder / FACTS)
    write_facts(folder / FACTS, ())


BROKEN: list[tuple[str, Callable[[Path], None], str]] = [
    (VECTORS, with_vectors(lambda vectors: vectors[:-1]), "vectors for"),
    (
        VECTORS,
        with_vectors(lambda vectors: vectors[:, :100] / np.linalg.norm(vectors[:, :100], axis=1)[:, None]),
        "100",
    ),
    (VECTORS, with_vectors(scaled), "of length one: 2 from row 3 on"),
    (VECTORS, lambda folder: (folder / VECTORS).write_bytes(b"IxFI no vectors") and None, "cannot be opened"),
    (FACTS, granted_everywhere, "the facts of the index are damaged"),
    (FACTS, with_facts_of_none, "holds the facts of 0 items"),
    (WORDS, with_words(lambda items: list(range(items - 1))), "documents for"),
    (WORDS, with_words(lambda items: [0, *range(items - 1)]), "an item twice"),
    (RECORDS, with_records("DELETE FROM passages WHERE passage = 7"), "passages, the manifest says"),
    (RECORDS, with_records('UPDATE passages SET "end" = 10000000 WHERE passage = 7'), "the first of passage 7"),
    (RECORDS, with_records('UPDATE passages SET start = "end" WHERE passage = 7'), "outside their item's rationale"),
    (RECORDS, with_records("UPDATE passages SET item = 9999 WHERE passage = 7"), "outside their item's rationale"),
    (RECORDS, with_records("UPDATE item_reasons SET start = -1 WHERE item < 50"), "item_reasons outside"),
    (RECORDS, with_records("UPDATE items SET outcome = 'perhaps' WHERE item = 5"), "item row 5 is"),
    (RECORDS, with_records("DELETE FROM items WHERE item = 380"), "item row 380 is None"),
    (RECORDS, with_records("DELETE FROM item_values WHERE item = 5 AND field = 'treatment'"), "not its own"),
    (RECORDS, with_records("INSERT INTO item_values VALUES ('treatment', 'x', 9999)"), "1 values of no item"),
    (RECORDS, with_records("INSERT INTO item_cited VALUES ('cited', 'x', 9999)"), "1 cited titles of no item"),
    (RECORDS, with_records("DELETE FROM item_columns WHERE item = 380"), "1 items that are not counted"),
    (RECORDS, with_records("UPDATE item_columns SET saying = 9999 WHERE item = 380"), "near-duplicate"),
    (RECORDS, with_records("DELETE FROM files WHERE path LIKE '%SAMPLE-0003.txt'"), "1 letters of no file"),
    (RECORDS, with_records("INSERT INTO files VALUES ('x', 'y', 'z')"), "1 files of no letter"),
    (RECORDS, with_records("DROP TABLE passages"), "cannot be read"),
    (RECORDS, with_records("UPDATE determinations SET record = '{}' WHERE id LIKE 'SAMPLE-0001%'"), "cannot be read"),
    (RECORDS, with_records("UPDATE determinations SET id = 'A' WHERE id LIKE 'SAMPLE-0001%'"), "letter A holds"),
]


@pytest.mark.parametrize(("file", "harm", "told"), BROKEN, ids=[told for _, _, told in BROKEN])
def test_files_that_do_not_go_together_are_told_though_their_checksums_hold(
    place: Path, file: str, harm: Callable[[Path], None], told: str
) -> None:
    harm(current_folder(place))
    sign(place)
    found = problems(place)
    assert [what for name, what in found if name == file and told in what], found
    assert all("\n" not in what for _, what in found)


def test_a_text_that_is_not_the_one_that_was_read_is_told(place: Path) -> None:
    connection = sqlite3.connect(current_folder(place) / RECORDS)
    name, record = connection.execute("SELECT id, record FROM determinations ORDER BY id").fetchone()
    changed = record.replace(b'"text_sha256":"', b'"text_sha256":"0', 1)
    connection.execute("UPDATE determinations SET record = ? WHERE id = ?", (changed, name))
    connection.commit()
    connection.close()
    sign(place)
    assert problems(place) == [(RECORDS, f"the text of {name} has another sha256 than its text_sha256")]


def test_counts_that_are_not_the_files_are_told(place: Path) -> None:
    counts = decode_manifest(current_folder(place)).counts
    wrong = msgspec.structs.replace(counts, letters=counts.letters + 1)
    sign(place, lambda manifest: msgspec.structs.replace(manifest, counts=wrong))
    assert problems(place) == [(RECORDS, f"holds {counts.letters} determinations, the manifest says {wrong.letters}")]
