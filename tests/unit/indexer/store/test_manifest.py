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
    SEGMENTS,
    Manifest,
    SegmentManifest,
    current_folder,
    damaged_files,
    file_entries,
    read_manifest,
)
from indexer.store.schema import RECORDS
from indexer.store.segment import ARRAYS, VECTORS
from indexer.store.status import read_status
from tests.support.store import files_of, manifest_of, segment_folder, sign


@pytest.fixture
def generation(index_dir: Path) -> Path:
    """The folder of the published generation."""
    return current_folder(index_dir)


@pytest.fixture
def segment(index_dir: Path) -> Path:
    """The folder of its only segment."""
    return segment_folder(index_dir)


def refused(index_dir: Path) -> str:
    """Return the one line with which an index is refused, by whoever opens it and by whoever asks for its state."""
    with pytest.raises(IndexFault) as caught:
        open_embedded(index_dir)
    with pytest.raises(IndexFault) as again:
        read_status(index_dir)
    assert str(again.value) == str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def change(generation: Path, **fields: object) -> None:
    """Write a manifest with some fields changed."""
    path = generation / MANIFEST
    path.write_bytes(msgspec.json.encode({**msgspec.json.decode(path.read_bytes()), **fields}))


def test_a_whole_index_has_no_damaged_file(index_dir: Path, generation: Path, segment: Path) -> None:
    manifest = read_manifest(index_dir, generation)
    assert damaged_files(index_dir, generation, manifest) == []
    assert manifest.files == file_entries(generation)
    described = msgspec.json.decode((segment / MANIFEST).read_bytes(), type=SegmentManifest)
    assert described.files == file_entries(segment)
    assert {ARRAYS, RECORDS, VECTORS} < {entry.path for entry in described.files}
    assert manifest.generation == generation.name
    # Every file of the folder but the manifest of the generation, which CURRENT vouches for.
    there = {path for path in index_dir.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert set(files_of(index_dir).values()) == there - {index_dir / CURRENT, generation / MANIFEST}


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
@pytest.mark.parametrize("whose", [GENERATIONS, SEGMENTS])
def test_a_manifest_that_cannot_be_used(index_dir: Path, whose: str, content: bytes | None) -> None:
    (manifest,) = (index_dir / whose).glob(f"*/{MANIFEST}")
    if content is None:
        manifest.unlink()
    else:
        manifest.write_bytes(content)
    assert "half written" in refused(index_dir)


@pytest.mark.parametrize("whose", [GENERATIONS, SEGMENTS])
def test_another_format_is_named_even_where_its_fields_are_others(index_dir: Path, whose: str) -> None:
    (folder,) = (index_dir / whose).iterdir()
    change(folder, format=FORMAT + 1)
    assert f"has format {FORMAT + 1}" in refused(index_dir)
    change(folder, format=99, compression="zstd", made=None)
    assert "has format 99" in refused(index_dir)


def of_parts(index_dir: Path) -> dict[str, Path]:
    """Return the files of the generation and its segment but for their manifests."""
    return {name: path for name, path in files_of(index_dir).items() if path.name != MANIFEST}


def test_a_missing_file_is_named(index_dir: Path) -> None:
    for name, moved in of_parts(index_dir).items():
        content = moved.read_bytes()
        moved.unlink()
        assert f"{name} is missing" in refused(index_dir)
        moved.write_bytes(content)


def test_a_truncated_file_is_named_with_its_size(index_dir: Path) -> None:
    for name, cut in of_parts(index_dir).items():
        content = cut.read_bytes()
        if content:
            cut.write_bytes(content[:-1])
            assert f"{name} is {len(content) - 1} bytes instead of {len(content)}" in refused(index_dir)
            cut.write_bytes(content)


def test_vectors_of_another_number_or_dimension_are_refused(index_dir: Path, segment: Path) -> None:
    described = msgspec.json.decode((segment / MANIFEST).read_bytes(), type=SegmentManifest)
    model = msgspec.structs.replace(described.made.model, dimension=7)
    changes = {
        "made": msgspec.structs.replace(described.made, model=model),
        "passages": described.passages + 1,
        "letters": described.letters - 1,
        "items": described.items + 1,
    }
    for name, value in changes.items():
        change(segment, **{name: msgspec.to_builtins(value)})
        with pytest.raises(IndexFault, match="do not go together"):
            open_embedded(index_dir)
        change(segment, **{name: msgspec.to_builtins(getattr(described, name))})
    open_embedded(index_dir).close()


def test_segments_that_hold_other_items_than_are_listed_are_refused(index_dir: Path) -> None:
    counts = manifest_of(index_dir).counts
    sign(
        index_dir,
        lambda manifest: msgspec.structs.replace(
            manifest, counts=msgspec.structs.replace(counts, items=counts.items + 1)
        ),
    )
    with pytest.raises(IndexFault, match="other items than it lists"):
        open_embedded(index_dir)


def test_every_damaged_byte_is_found(index_dir: Path, generation: Path) -> None:
    manifest = read_manifest(index_dir, generation)
    files = of_parts(index_dir)
    assert len(files) > 10
    for name, path in files.items():
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1} if content else set[int]():
            changed = bytearray(content)
            changed[place] ^= 1
            path.write_bytes(changed)
            assert damaged_files(index_dir, generation, manifest) == [name]
        path.write_bytes(content)
    assert damaged_files(index_dir, generation, manifest) == []


@pytest.mark.parametrize("name", [ARRAYS, "values.json", VECTORS])
def test_a_damaged_head_is_a_fault_when_the_index_is_opened(index_dir: Path, segment: Path, name: str) -> None:
    path = segment / name
    content = bytearray(path.read_bytes())
    content[:16] = b"\x00" * 16
    path.write_bytes(content)
    with pytest.raises(IndexFault, match="damaged") as caught:
        open_embedded(index_dir)
    assert "\n" not in str(caught.value)
    status = read_status(index_dir)
    assert (status.damaged, status.rejected) == ((f"{SEGMENTS}/{segment.name}/{name}",), ())


def test_damaged_records_are_a_fault_when_a_letter_is_read(index_dir: Path, segment: Path) -> None:
    path = segment / RECORDS
    content = bytearray(path.read_bytes())
    content[:16] = b"\x00" * 16
    path.write_bytes(content)
    index = open_embedded(index_dir)
    (key, *_) = index.select(NO_FILTERS)
    with pytest.raises(IndexFault, match="damaged") as caught:
        index.determination(key.determination_id)
    index.close()
    assert "\n" not in str(caught.value)
    status = read_status(index_dir)
    assert (status.damaged, status.rejected) == ((f"{SEGMENTS}/{segment.name}/{RECORDS}",), ())


def test_damaged_letters_that_are_dead_are_a_fault_when_the_index_is_opened(index_dir: Path, generation: Path) -> None:
    path = generation / "dead.safetensors"
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(IndexFault, match="damaged"):
        open_embedded(index_dir)


def test_words_that_tantivy_cannot_read_are_a_fault(index_dir: Path, generation: Path) -> None:
    path = generation / "words" / "meta.json"
    path.write_bytes(b" " * path.stat().st_size)
    with pytest.raises(IndexFault, match="damaged"):
        open_embedded(index_dir)
    assert read_status(index_dir).damaged == (f"{GENERATIONS}/{generation.name}/words/meta.json",)


def test_damage_that_only_reading_finds_is_a_fault_too(index_dir: Path) -> None:
    told = 0
    for path in of_parts(index_dir).values():
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
        index = open_embedded(index_dir)
    except IndexFault:
        return 1
    try:
        _ = index.columns
        index.facet("treatment")
        index.search_text("knee tramadol", 5)
        index.search_vector(HashingEmbedder().encode(["knee"])[0], 5)
        for key in index.select(NO_FILTERS):
            index.determination(key.determination_id)
            index.reasons(key)
            index.vectors(key)
        index.facts(index.select(NO_FILTERS))
    except IndexFault:
        return 1
    finally:
        index.close()
    return 0


def test_status_tells_what_the_manifest_holds(index_dir: Path, generation: Path) -> None:
    status, manifest = read_status(index_dir), manifest_of(index_dir)
    assert (status.generation, status.counts) == (manifest.generation, manifest.counts)
    assert (status.model, status.segments) == (manifest.made.model, 1)
    files = files_of(index_dir)
    assert generation / MANIFEST not in files.values()
    assert status.bytes == sum(path.stat().st_size for path in files.values())
    assert status.files == len(files)
    assert status.damaged == ()
    assert [(file.path, file.reason) for file in status.rejected] == [("/x", "empty file")]


def test_the_manifest_is_json_for_people(index_dir: Path, generation: Path) -> None:
    text = (generation / MANIFEST).read_text(encoding="utf-8")
    assert msgspec.json.decode(text, type=Manifest) == read_manifest(index_dir, generation)
    assert text.count("\n") > 10
    assert re.search(rf'"format": {FORMAT}\b', text)


def test_generations_lie_in_one_folder_and_segments_in_another(
    index_dir: Path, generation: Path, segment: Path
) -> None:
    assert generation.parent == index_dir / GENERATIONS
    assert segment.parent == index_dir / SEGMENTS
