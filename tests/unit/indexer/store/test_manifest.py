"""Whatever is wrong with an index folder is one line; what is whole opens."""

import re
from pathlib import Path

import msgspec
import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store.embedded import open_embedded
from indexer.store.manifest import (
    CURRENT,
    FORMAT,
    GENERATIONS,
    MANIFEST,
    Manifest,
    current_folder,
    damaged_files,
    file_entries,
    read_manifest,
)
from indexer.store.schema import RECORDS
from indexer.store.status import read_status
from indexer.store.vectors import VECTORS


@pytest.fixture
def generation(index_dir: Path) -> Path:
    """The folder of the published generation."""
    return current_folder(index_dir)


def refused(index_dir: Path) -> str:
    """Return the one line with which an index is refused, by whoever opens it and by whoever asks for its state."""
    with pytest.raises(IndexFault) as caught:
        open_embedded(index_dir, 1)
    with pytest.raises(IndexFault) as again:
        read_status(index_dir)
    assert str(again.value) == str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def change(generation: Path, **fields: object) -> None:
    """Write a manifest with some fields changed."""
    path = generation / MANIFEST
    path.write_bytes(msgspec.json.encode({**msgspec.json.decode(path.read_bytes()), **fields}))


def test_a_whole_index_has_no_damaged_file(generation: Path) -> None:
    manifest = read_manifest(generation)
    assert damaged_files(generation, manifest) == []
    assert manifest.files == file_entries(generation)
    assert {RECORDS, VECTORS} < {entry.path for entry in manifest.files}
    assert manifest.generation == generation.name


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        said = refused(folder)
        assert "imr index" in said
        assert str(folder) in said


@pytest.mark.parametrize("name", ["g000009", "", "\n", "..", "../g000001", "g000001/words", "\x00", "a b"])
def test_current_must_name_a_generation(index_dir: Path, name: str) -> None:
    (index_dir / CURRENT).write_text(name, encoding="utf-8")
    assert "half written" in refused(index_dir)


def test_current_that_is_no_text_or_no_file(index_dir: Path) -> None:
    (index_dir / CURRENT).write_bytes(b"\xff\xfe")
    assert "half written" in refused(index_dir)
    (index_dir / CURRENT).unlink()
    (index_dir / CURRENT).mkdir()
    assert "cannot be read" in refused(index_dir)


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b"{}", b'{"format": %d}' % FORMAT, b'{"format": "1"}', b"\xff"]
)
def test_a_manifest_that_cannot_be_used(index_dir: Path, generation: Path, content: bytes | None) -> None:
    if content is None:
        (generation / MANIFEST).unlink()
    else:
        (generation / MANIFEST).write_bytes(content)
    assert "half written" in refused(index_dir)


def test_another_format_is_named_even_where_its_fields_are_others(index_dir: Path, generation: Path) -> None:
    change(generation, format=FORMAT + 1)
    assert f"has format {FORMAT + 1}" in refused(index_dir)
    change(generation, format=99, compression="zstd", model=None)
    assert "has format 99" in refused(index_dir)


def test_a_missing_file_is_named(index_dir: Path, generation: Path) -> None:
    for entry in read_manifest(generation).files:
        moved = generation / entry.path
        content = moved.read_bytes()
        moved.unlink()
        assert f"{entry.path} is missing" in refused(index_dir)
        moved.write_bytes(content)


def test_a_truncated_file_is_named_with_its_size(index_dir: Path, generation: Path) -> None:
    for entry in read_manifest(generation).files:
        if entry.bytes:
            cut = generation / entry.path
            content = cut.read_bytes()
            cut.write_bytes(content[:-1])
            assert f"{entry.path} is {entry.bytes - 1} bytes instead of {entry.bytes}" in refused(index_dir)
            cut.write_bytes(content)


def test_vectors_of_another_number_or_dimension_are_refused(index_dir: Path, generation: Path) -> None:
    model = msgspec.to_builtins(read_manifest(generation).model)
    change(generation, model={**model, "dimension": 7})
    with pytest.raises(IndexFault, match="do not go together"):
        open_embedded(index_dir, 1)


def test_every_damaged_byte_is_found(generation: Path) -> None:
    manifest = read_manifest(generation)
    assert len(manifest.files) > 5
    for entry in manifest.files:
        if not entry.bytes:
            continue
        path = generation / entry.path
        content = path.read_bytes()
        for place in {0, entry.bytes // 2, entry.bytes - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            path.write_bytes(changed)
            assert damaged_files(generation, manifest) == [entry.path]
        path.write_bytes(content)
    assert damaged_files(generation, manifest) == []


@pytest.mark.parametrize("name", [RECORDS, VECTORS])
def test_a_damaged_head_is_a_fault_when_the_index_is_opened(index_dir: Path, generation: Path, name: str) -> None:
    path = generation / name
    content = bytearray(path.read_bytes())
    content[:16] = b"\x00" * 16
    path.write_bytes(content)
    with pytest.raises(IndexFault, match="damaged") as caught:
        open_embedded(index_dir, 1)
    assert "\n" not in str(caught.value)
    assert read_status(index_dir).damaged == (name,)


def test_words_that_tantivy_cannot_read_are_a_fault(index_dir: Path, generation: Path) -> None:
    path = generation / "words" / "meta.json"
    path.write_bytes(b" " * path.stat().st_size)
    with pytest.raises(IndexFault, match="damaged"):
        open_embedded(index_dir, 1)
    assert read_status(index_dir).damaged == ("words/meta.json",)


def test_damage_that_only_reading_finds_is_a_fault_too(index_dir: Path, generation: Path) -> None:
    told = 0
    for path in sorted(path for path in generation.rglob("*") if path.is_file() and path.name != MANIFEST):
        content = path.read_bytes()
        for place in range(0, len(content), max(1, len(content) // 12)):
            write_byte(path, place, content[place] ^ 255)
            told += look_around(index_dir)
            write_byte(path, place, content[place])
    assert told > 20
    assert look_around(index_dir) == 0


def write_byte(path: Path, place: int, value: int) -> None:
    """Overwrite one byte in place: a file that is cut short while tantivy has it mapped kills the process (SIGBUS)."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([value]))


def look_around(index_dir: Path) -> int:
    """Read from every file of an index; 1 where a fault says that it is damaged. Anything else fails the test."""
    try:
        index = open_embedded(index_dir, 1)
    except IndexFault:
        return 1
    try:
        index.search_text("knee tramadol", 5)
        index.search_vector(HashingEmbedder().encode(["knee"])[0], 5)
        for key in index.select(NO_FILTERS):
            index.determination(key.determination_id)
        index.facts(index.select(NO_FILTERS))
    except IndexFault:
        return 1
    finally:
        index.close()
    return 0


def test_status_tells_what_the_manifest_holds(index_dir: Path, generation: Path) -> None:
    status, manifest = read_status(index_dir), read_manifest(generation)
    assert (status.generation, status.counts, status.model) == (manifest.generation, manifest.counts, manifest.model)
    assert status.bytes == sum(
        path.stat().st_size for path in generation.rglob("*") if path.is_file() and path.name != MANIFEST
    )
    assert status.files == len(manifest.files)
    assert status.damaged == ()
    assert [(file.path, file.reason) for file in status.rejected] == [("/x", "empty file")]


def test_the_manifest_is_json_for_people(generation: Path) -> None:
    text = (generation / MANIFEST).read_text(encoding="utf-8")
    assert msgspec.json.decode(text, type=Manifest) == read_manifest(generation)
    assert text.count("\n") > 10
    assert re.search(rf'"format": {FORMAT}\b', text)


def test_generations_lie_in_one_folder(index_dir: Path, generation: Path) -> None:
    assert generation.parent == index_dir / GENERATIONS
