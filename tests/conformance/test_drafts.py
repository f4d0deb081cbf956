"""What a run does to an index, whichever engine holds it: `imr index` again and again."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.errors import IndexFault
from config.settings import Settings, load_settings
from indexer import build as build_module
from indexer.build import BuildSummary, build_index
from indexer.embed import FloatArray, HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store import open as open_module
from indexer.store.open import check_there, current_generation, open_index, published_at, read_status, verify_index
from tests.support.engines import fresh_database

Build = Callable[..., BuildSummary]


class Counting(HashingEmbedder):
    """The stand-in for the model, which remembers what it embedded and dies when it is told to."""

    def __init__(self, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.embedded: list[str] = []
        self.dies_after: int | None = None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed, and remember."""
        if self.dies_after is not None and len(self.embedded) >= self.dies_after:
            raise OSError("the machine is gone")
        self.embedded.extend(texts)
        return super().encode(texts)


@pytest.fixture(params=["embedded", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An empty index of either engine."""
    index: dict[str, object] = {"dir": tmp_path / "index"}
    if request.param == "postgres":
        dsn = fresh_database(request.getfixturevalue("postgres_server"))
        index |= {"engine": "postgres", "dsn": SecretStr(dsn)}
    return load_settings(flags={"index": index, "model": {"kind": "hashing", "threads": 1}})


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def build(settings: Settings, embedder: Counting, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return a function that indexes paths, two letters a block."""
    monkeypatch.setattr(build_module, "BLOCK", 2)

    def run(*paths: Path, prune: bool = False, model: Counting | None = None) -> BuildSummary:
        used = model or embedder
        used.embedded.clear()
        return build_index(paths, settings, used, prune=prune)

    return run


@pytest.fixture
def folder(tmp_path: Path, sample_letters: Path) -> Path:
    """Six sample letters, to change."""
    place = tmp_path / "letters"
    place.mkdir()
    for path in sorted(sample_letters.iterdir())[:6]:
        shutil.copy(path, place)
    return place


def files(folder: Path) -> list[Path]:
    """Return a folder's files in order."""
    return sorted(folder.iterdir())


def held(settings: Settings) -> list[object]:
    """Return what an index answers, without the generation's name."""
    index = open_index(settings)
    keys = index.select(NO_FILTERS)
    found = [
        keys,
        index.counts,
        [index.determination(key.determination_id) for key in keys],
        [index.reasons(key) for key in keys],
        [index.facts([key]) for key in keys],
        [index.stands_for(key) for key in keys],
        index.facet("treatment"),
        [hit.key for hit in index.search_text("therapy for the back", 20)],
        [index.vectors(key).tolist() for key in keys],
    ]
    index.close()
    return found


def whole(settings: Settings) -> bool:
    """Whether nothing is found wrong with an index."""
    return verify_index(settings).problems == ()


def test_nothing_is_there_before_the_first_run(settings: Settings) -> None:
    for ask in (check_there, current_generation, published_at, open_index):
        with pytest.raises(IndexFault, match="index in"):
            ask(settings)


def test_a_first_run_reads_everything(build: Build, folder: Path, settings: Settings, embedder: Counting) -> None:
    summary = build(folder)
    assert (summary.read, summary.letters, summary.generation) == (6, 6, "g000001")
    assert summary.embedded == len(embedder.embedded) == len(set(embedder.embedded)) > 0
    status = read_status(settings)
    assert (status.counts.letters, status.counts.items, status.counts.passages) == (6, summary.items, summary.passages)
    assert current_generation(settings) == summary.generation
    assert published_at(settings) > 0
    assert whole(settings)
    check_there(settings)


def test_the_same_again_changes_nothing(build: Build, folder: Path, settings: Settings, embedder: Counting) -> None:
    build(folder)
    before, published = held(settings), published_at(settings)
    second = build(folder)
    assert (second.read, second.unchanged, second.embedded, second.generation) == (0, 6, 0, "g000001")
    assert embedder.embedded == []
    assert (held(settings), published_at(settings)) == (before, published)


def test_a_new_file_is_added_and_only_it_is_embedded(
    build: Build, folder: Path, settings: Settings, embedder: Counting, tmp_path: Path
) -> None:
    later = tmp_path / files(folder)[0].name
    shutil.move(files(folder)[0], later)
    build(folder)
    shutil.move(later, folder)
    summary = build(folder)
    assert (summary.read, summary.unchanged, summary.letters, summary.generation) == (1, 5, 6, "g000002")
    assert 0 < len(embedder.embedded) < summary.passages
    assert whole(settings)


def test_a_changed_file_replaces_its_letter(build: Build, folder: Path, settings: Settings) -> None:
    build(folder)
    before = held(settings)[0]
    one, other = files(folder)[:2]
    shutil.copy(other, one)  # the letter that it held is gone, and the other one has two files
    summary = build(folder)
    assert (summary.read, summary.replaced, summary.letters) == (1, 1, 5)
    after = held(settings)[0]
    assert isinstance(before, list)
    assert isinstance(after, list)
    assert set(after) < set(before)
    other.unlink()
    pruned = build(folder, prune=True)
    assert (pruned.letters, pruned.removed) == (5, 0), "another file holds it"
    assert held(settings)[0] == after
    assert whole(settings)


def test_letters_whose_files_are_gone_stay_until_they_are_pruned(
    build: Build, folder: Path, settings: Settings
) -> None:
    build(folder)
    files(folder)[0].unlink()
    assert build(folder).letters == 6
    summary = build(folder, prune=True)
    assert (summary.letters, summary.removed, summary.generation) == (5, 1, "g000002")
    assert build(folder, prune=True).generation == "g000002"
    assert whole(settings)


def test_a_rejected_file_is_told_and_tried_again_when_it_changed(
    build: Build, folder: Path, settings: Settings
) -> None:
    bad = folder / "a-bad.txt"
    bad.write_text("Nothing like a letter.", encoding="utf-8")
    for _ in range(2):
        summary = build(folder)
        assert [file.path for file in summary.rejected] == [str(bad)]
        assert summary.generation == "g000001"
    assert [file.path for file in read_status(settings).rejected] == [str(bad)]
    shutil.copy(files(folder)[1], bad)
    summary = build(folder)
    assert (summary.read, summary.rejected, summary.letters) == (1, (), 6)
    assert whole(settings)


def test_a_run_that_died_is_gone_on_with(
    build: Build, folder: Path, settings: Settings, embedder: Counting, tmp_path: Path
) -> None:
    build(files(folder)[0])
    before = held(settings)
    embedder.dies_after = 12
    with pytest.raises(OSError, match="machine is gone"):
        build(folder)
    done = len(embedder.embedded)
    assert done > 0
    assert held(settings) == before
    assert current_generation(settings) == "g000001"
    assert whole(settings)
    embedder.dies_after = None
    summary = build(folder)
    assert (summary.letters, summary.generation) == (6, "g000002")
    assert summary.read < 5, "some were put away before the run died"
    assert whole(settings)
    once = load_settings(flags={"index": {"dir": tmp_path / "once"}, "model": {"kind": "hashing", "threads": 1}})
    build_index([folder], once, embedder)
    mine, theirs = held(settings), held(once)
    assert mine[:4] == theirs[:4]
    assert mine[-1] == theirs[-1]


def test_what_a_run_left_is_dropped_when_it_was_made_otherwise(
    build: Build, folder: Path, settings: Settings, embedder: Counting
) -> None:
    build(*files(folder)[:2])
    before = held(settings)
    other = Counting(64)
    other.dies_after = 12
    with pytest.raises(OSError, match="machine is gone"):
        build(folder, model=other)
    embedder.dies_after = 12
    with pytest.raises(OSError, match="machine is gone"):
        build(folder)
    other.dies_after = embedder.dies_after = None
    assert held(settings) == before
    assert build(*files(folder)[:2], model=other).letters == 2
    assert build(folder, model=other).letters == 6
    index = open_index(settings)
    assert index.fingerprint == other.fingerprint
    index.close()
    assert whole(settings)


def test_another_model_embeds_everything_again_and_reads_nothing(
    build: Build, folder: Path, settings: Settings
) -> None:
    first = build(folder)
    other = Counting(64)
    summary = build(files(folder)[0], model=other)
    assert (summary.read, summary.letters, summary.items) == (0, 6, first.items)
    assert summary.embedded == len(set(other.embedded)) > 0
    assert summary.generation == "g000002"
    assert whole(settings)
    assert build(folder, model=other).unchanged == 6


def test_one_run_at_a_time(build: Build, folder: Path, settings: Settings, embedder: Counting) -> None:
    with (
        open_module.open_draft(settings, build_module.made_by(settings, embedder.fingerprint)),
        pytest.raises(IndexFault, match="another run is writing the index in"),
    ):
        build(folder)
