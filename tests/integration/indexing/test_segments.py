"""An index that grew run by run, in many segments, answers as one that was made at once of the same files."""

import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings, load_settings
from indexer import build as building
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import FACETS, NO_FILTERS, Filters
from indexer.index import Index
from indexer.records import Determination
from indexer.store import draft as drafting
from indexer.store import merging
from indexer.store.open import open_index
from indexer.store.status import read_status
from indexer.store.verify import verify_index

LETTERS = 30
QUERIES = ("tramadol for the low back", "physical therapy", "knee surgery")
FILTERED = (NO_FILTERS, Filters(outcome=("overturned",)), Filters(phrases=("medically necessary",)))


def settings_of(place: Path) -> Settings:
    """Return settings of an index with the stand-in for the model."""
    return load_settings(flags={"index": {"dir": place}, "model": {"kind": "hashing", "threads": 1}})


def without_name(letter: Determination | None) -> Determination | None:
    """Leave out the name of the file that a letter was read from: one that moved is not read for it."""
    return letter and msgspec.structs.replace(letter, source=msgspec.structs.replace(letter.source, name=""))


def told(index: Index) -> dict[str, object]:
    """Return what an index says, scores of words left out."""
    embedder = HashingEmbedder()
    keys = index.select(NO_FILTERS)
    columns = index.columns
    return {
        "counts": (index.counts.letters, index.counts.items, index.counts.passages, index.counts.rejected),
        "keys": keys,
        "letters": [without_name(index.determination(key.determination_id)) for key in keys],
        "facts": index.facts(keys),
        "reasons": [index.reasons(key) for key in keys],
        "vectors": [index.vectors(key).tolist() for key in keys],
        "standing": [index.stands_for(key) for key in keys],
        "columns": {name: getattr(columns, name).tolist() for name in columns._fields},
        "values": {
            field: (found.names, found.code.tolist(), found.row.tolist())
            for field in (*FACETS, "cited", "section")
            for found in [index.values(field)]
        },
        "facets": {field: index.facet(field) for field in (*FACETS, "outcome")},
        "near": [
            index.search_vector(vector, 20, filters) for vector in embedder.encode(QUERIES) for filters in FILTERED
        ],
        "selected": [index.select(filters) for filters in FILTERED],
        "frequency": [index.frequency(word) for word in ("tramadol", "knee", "absent")],
    }


def test_growing_and_making_at_once_come_to_the_same(
    tmp_path: Path, sample_letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(sample_letters.iterdir())[:LETTERS]
    folder = tmp_path / "letters"
    folder.mkdir()
    grown = settings_of(tmp_path / "grown")
    most = 0

    def run() -> None:
        nonlocal most
        build_index([folder], grown, HashingEmbedder(), prune=True)
        found = verify_index(grown.index.dir)
        assert (found.problems, found.manifest_checked) == ((), True)
        most = max(most, read_status(grown.index.dir).segments)

    with monkeypatch.context() as lowered:
        lowered.setattr(building, "BLOCK", 3)
        lowered.setattr(drafting, "SMALL", 4)
        for path in files[:20]:
            shutil.copy(path, folder)
        run()
        (folder / "note.txt").write_text("Nothing like a letter.", encoding="utf-8")
        # Two letters under other names, one replaced by another, three gone, one twice.
        for path in files[1:3]:
            (folder / path.name).rename(folder / f"moved-{path.name}")
        shutil.copy(files[25], folder / files[4].name)
        for path in (files[0], *files[6:8]):
            (folder / path.name).unlink()
        shutil.copy(files[9], folder / "copy.txt")
        run()
        for path in files[20:]:
            shutil.copy(path, folder)
        (folder / "copy.txt").unlink()
        run()
        shutil.copy(files[0], folder)
        (folder / files[12].name).unlink()
        run()
    assert most > 1, "the index is of several segments"

    once = settings_of(tmp_path / "once")
    build_index([folder], once, HashingEmbedder())
    assert read_status(once.index.dir).segments == 1
    assert read_status(once.index.dir).rejected == read_status(grown.index.dir).rejected
    with closing(open_index(grown)) as many, closing(open_index(once)) as one:
        expected, found = told(one), told(many)
        for name, value in expected.items():
            assert found[name] == value, name
        for query in QUERIES:
            for filters in FILTERED:
                hits, others = (index.search_text(query, 1000, filters) for index in (many, one))
                # Deleted items may count in the statistics for a while.
                scores = {hit.key: hit.score for hit in others}
                assert {hit.key for hit in hits} == set(scores)
                assert [hit.score for hit in hits] == pytest.approx([scores[hit.key] for hit in hits], rel=0.1)


@pytest.fixture
def due(tmp_path: Path, sample_letters: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An index of two letters in two segments, which are due to be joined."""
    monkeypatch.setattr(drafting, "SMALL", 1)
    monkeypatch.setattr(merging, "FANOUT", 2)
    settings = settings_of(tmp_path / "due")
    for path in sorted(sample_letters.iterdir())[:2]:
        build_index([path], settings, HashingEmbedder(), join=False)
    assert read_status(settings.index.dir).segments == 2
    return settings


def test_joining_begins_when_the_letters_are_published(due: Settings, sample_letters: Path) -> None:
    told: list[tuple[int, str, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "joining":
            assert done == 0
            status = read_status(due.index.dir)
            told.append((total, status.generation, status.counts.letters))

    summary = build_index([sorted(sample_letters.iterdir())[2]], due, HashingEmbedder(), progress)
    assert told == [(3, "g000003", 3)]
    assert (summary.generation, summary.letters) == ("g000004", 3)
    assert summary.joining_seconds > 0
    assert read_status(due.index.dir).segments == 1


def test_a_run_that_has_nothing_new_joins_what_is_due_and_the_next_changes_nothing(
    due: Settings, sample_letters: Path
) -> None:
    paths = sorted(sample_letters.iterdir())[:2]
    put_off = build_index(paths, due, HashingEmbedder(), join=False)
    assert (put_off.generation, put_off.unchanged) == ("g000002", 2)
    with closing(open_index(due)) as index:
        before = told(index)
    joined = build_index(paths, due, HashingEmbedder())
    assert (joined.generation, joined.unchanged, joined.embedded) == ("g000003", 2, 0)
    with closing(open_index(due)) as index:
        assert told(index) == before
    published = (due.index.dir / "CURRENT").stat()
    again = build_index(paths, due, HashingEmbedder())
    assert (again.generation, again.joining_seconds) == ("g000003", 0)
    assert (due.index.dir / "CURRENT").stat() == published
