"""Finding letter files, and reading many of them in this process or in several."""

from pathlib import Path

import pytest

from config.errors import LetterRejected
from config.settings import load_settings
from indexer import sources
from indexer.sources import content_sha256, find_letters, read_letters
from tests.support import bad_reader

READING = load_settings(flags={"reading": {"processes": 2}}).reading


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with letters at two depths and files that are none."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.txt", "a.PDF", "deep/c.pdf", "deep/er/d.txt", "notes.md", "deep/e.docx"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    return tmp_path


def names(found: tuple[Path, ...]) -> list[str]:
    """Return the files' names."""
    return [path.name for path in found]


def test_folders_are_searched_to_the_bottom_in_order(tree: Path) -> None:
    assert names(find_letters([tree])) == ["a.PDF", "b.txt", "c.pdf", "d.txt"]


def test_paths_are_taken_in_the_order_named_and_each_file_once(tree: Path) -> None:
    found = find_letters([tree / "deep" / "c.pdf", tree, tree / "deep", tree / "deep" / ".." / "b.txt"])
    assert names(found) == ["c.pdf", "a.PDF", "b.txt", "d.txt"]
    assert all(path.is_absolute() for path in found)


def test_a_link_is_the_file_it_leads_to(tree: Path) -> None:
    (tree / "z.txt").symlink_to(tree / "b.txt")
    assert names(find_letters([tree])) == ["a.PDF", "b.txt", "c.pdf", "d.txt"]


def test_a_file_that_is_named_is_taken_whatever_its_name(tree: Path) -> None:
    assert names(find_letters([tree / "notes.md"])) == ["notes.md"]


def test_a_path_that_does_not_exist_is_named(tree: Path) -> None:
    with pytest.raises(LetterRejected, match="nowhere"):
        find_letters([tree, tree / "nowhere"])


def test_paths_without_a_letter_are_named(tree: Path) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(LetterRejected, match="empty"):
        find_letters([tree / "empty"])
    with pytest.raises(LetterRejected):
        find_letters([])


def test_the_sha256_is_of_the_bytes(tree: Path) -> None:
    assert content_sha256(tree / "none") is None
    (tree / "b.txt").write_bytes(b"abc")
    assert content_sha256(tree / "b.txt") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_each_file_is_a_letter_or_a_reason(sample_letters: Path, tree: Path) -> None:
    good = min(sample_letters.iterdir())
    read, rejected, gone = read_letters([good, tree / "b.txt", tree / "none.txt"], READING)
    assert read.determination is not None
    assert (read.path, read.sha256, read.reason) == (str(good), content_sha256(good), None)
    assert rejected.determination is None
    assert rejected.reason
    assert rejected.sha256 == content_sha256(tree / "b.txt")
    assert (gone.determination, gone.sha256) == (None, "")
    assert gone.reason


def test_several_processes_read_what_one_reads(
    sample_letters: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [*find_letters([tree]), *sorted(sample_letters.iterdir())[:20]]
    alone = list(read_letters(files, READING))
    monkeypatch.setattr(sources, "_WORTH_WORKERS", 2)
    assert list(read_letters(files, READING)) == alone
    assert [result.path for result in alone] == [str(path) for path in files]
    assert sum(result.determination is not None for result in alone) == 20


def test_a_crash_or_a_hang_costs_that_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file has its answer, in order, though a worker died and another had to be stopped."""
    monkeypatch.setattr(sources, "GRACE_SECONDS", 1.0)
    files = [tmp_path / name for name in ("a.pdf", "crash.pdf", "b.pdf", "hang.pdf", "c.pdf")]
    for file in files:
        file.write_bytes(b"%PDF-")
    limits = load_settings(flags={"reading": {"timeout_seconds": 2, "processes": 1}}).reading
    results = list(sources.read_letters(files, limits, bad_reader.read))
    assert [result.path for result in results] == [str(file) for file in files]
    assert [result.reason for result in results] == [
        "read",
        "crashed the program that reads it, or took more memory than is allowed",
        "read",
        "took more than 2 seconds to read",
        "read",
    ]
