"""`prune`: letters go with their files, under the named paths and nowhere else."""

import os
import shutil
from pathlib import Path

import pytest

from config.errors import LetterRejected
from config.settings import Settings
from indexer.store.status import read_status
from tests.integration.indexing.conftest import Build


@pytest.fixture
def two(folder: Path) -> tuple[Path, Path]:
    """Two folders, of seven letters and of five; the second's name begins with the first's."""
    first, second = folder / "a", folder / "ab"
    for number, path in enumerate(sorted(folder.iterdir())):
        place = first if number < 7 else second
        place.mkdir(exist_ok=True)
        shutil.move(path, place)
    return first, second


def drop(folder: Path, number: int = 1) -> None:
    """Remove some files."""
    for path in sorted(folder.iterdir())[:number]:
        path.unlink()


def test_letters_go_with_their_files_under_the_named_paths_only(build: Build, two: tuple[Path, Path]) -> None:
    build(*two)
    drop(two[0], 2)
    drop(two[1])
    kept = build(*two)
    assert (kept.removed, kept.letters) == (0, 12)
    pruned = build(two[0], prune=True)
    assert (pruned.removed, pruned.unchanged, pruned.letters, pruned.embedded) == (2, 5, 10, 0)
    assert pruned.generation > kept.generation
    again = build(two[0], prune=True)
    assert (again.removed, again.generation) == (0, pruned.generation)


def test_nothing_gone_changes_nothing(build: Build, folder: Path) -> None:
    assert build(folder).generation == build(folder, prune=True).generation


def test_a_file_and_a_folder_that_are_gone_may_be_named(build: Build, two: tuple[Path, Path]) -> None:
    build(*two)
    gone = min(two[0].iterdir())
    gone.unlink()
    assert build(gone, prune=True).removed == 1
    shutil.rmtree(two[1])
    summary = build(two[1], prune=True)
    assert (summary.removed, summary.letters) == (5, 6)
    drop(two[0], 6)
    assert (build(two[0], prune=True).letters, two[0].is_dir()) == (0, True)


def test_a_path_that_never_was_is_a_fault(build: Build, two: tuple[Path, Path], settings: Settings) -> None:
    build(*two)
    before = read_status(settings.index.dir)
    with pytest.raises(LetterRejected, match="index holds nothing of it"):
        build(two[0].parent / "abc", prune=True)
    assert read_status(settings.index.dir) == before


def test_a_letter_that_another_file_holds_stays(build: Build, two: tuple[Path, Path]) -> None:
    build(*two)
    moved = min(two[0].iterdir())
    shutil.move(moved, two[1])
    summary = build(*two, prune=True)
    assert (summary.removed, summary.read, summary.letters) == (0, 1, 12)
    (two[1] / moved.name).unlink()
    assert (build(two[1], prune=True).removed, build(*two).letters) == (1, 11)


def test_a_rejected_file_that_is_gone_is_told_no_more(build: Build, folder: Path, settings: Settings) -> None:
    (folder / "note.txt").write_text("Nothing like a letter.", encoding="utf-8")
    build(folder)
    (folder / "note.txt").unlink()
    assert len(read_status(settings.index.dir).rejected) == 1
    assert build(folder, prune=True).removed == 0
    assert read_status(settings.index.dir).rejected == ()


def test_a_name_that_is_no_text_is_not_taken_for_gone(build: Build, folder: Path) -> None:
    min(folder.iterdir()).rename(Path(f"{folder}/r\udce9sum\udce9.txt"))
    build(folder)
    assert build(folder, prune=True).removed == 0


def test_a_folder_that_cannot_be_listed_removes_nothing(
    build: Build, two: tuple[Path, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(*two)
    before = read_status(settings.index.dir)
    unreadable(two[0], monkeypatch)
    for prune in (False, True):
        with pytest.raises(LetterRejected, match="Permission denied") as caught:
            build(two[0].parent, prune=prune)
        assert str(two[0]) in str(caught.value)
    assert read_status(settings.index.dir) == before


def unreadable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder one that cannot be listed, to root too."""
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
