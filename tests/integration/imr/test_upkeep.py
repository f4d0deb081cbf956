"""`imr index --prune` and `--verify`, a second writer, and disks that refuse, as a user sees them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.store.publish import writer_lock
from indexer.store.verify import verify_index
from tests.support.program import Imr
from tests.support.store import segment_folder


@pytest.fixture
def letters(sample_letters: Path, tmp_path: Path) -> Path:
    """Four letters in a folder."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(1, 5):
        shutil.copy(sample_letters / f"SAMPLE-000{number}.txt", folder)
    return folder


def test_only_prune_removes(imr: Imr, letters: Path) -> None:
    imr("index", letters)
    (letters / "SAMPLE-0001.txt").unlink()
    assert "0 removed" in imr("index", letters).out
    said = imr("index", letters, "--prune")
    assert (said.code, "letters: 0 read, 3 unchanged, 0 replaced, 0 rejected, 1 removed" in said.out) == (0, True)
    (letters / "SAMPLE-0002.txt").unlink()
    assert json.loads(imr("index", letters, "--prune", "--json").out)["removed"] == 1
    assert imr("index", letters / "nosuch", "--prune").fault.startswith(f"{letters / 'nosuch'}: no such file or folder")


def test_pruning_the_last_letter_is_no_fault(imr: Imr, letters: Path) -> None:
    imr("index", letters)
    shutil.rmtree(letters)
    said = imr("index", letters, "--prune")
    assert (said.code, "4 removed" in said.out, "holds 0 letters" in said.out) == (0, True, True)


def test_verify_says_that_all_is_whole(imr: Imr, sample_dir: Path) -> None:
    said = imr("index", "--verify", "--index", sample_dir)
    assert (said.code, said.err, "all whole" in said.out) == (0, "", True)
    as_json = imr("index", "--verify", "--index", sample_dir, "--json")
    assert (as_json.code, json.loads(as_json.out)["problems"]) == (0, [])


def test_verify_names_each_damaged_file_and_what_to_do(
    imr: Imr, sample_dir: Path, sample_letters: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(sample_dir, tmp_path / "copy"))
    segment = segment_folder(copy)
    names = [f"segments/{segment.name}/{name}" for name in ("records.sqlite", "vectors.faiss")]
    for path in (copy / name for name in names):
        content = path.read_bytes()
        path.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])
    said = imr("index", "--verify", "--index", copy)
    assert said.code == 2
    for name in names:
        assert f"damaged: {name}: is not as it was published\n" in said.out
    assert said.err == f"imr: index is damaged ({', '.join(names)}): index again into an empty folder\n"
    as_json = imr("index", "--verify", "--index", copy, "--json")
    assert (as_json.code, len(json.loads(as_json.out)["problems"])) == (2, 2)
    # A run that would take over what is damaged publishes nothing.
    shutil.copy(sample_letters / "SAMPLE-0001.txt", tmp_path / "another.txt")
    assert "imr index --verify" in imr("index", tmp_path / "another.txt", "--index", copy).fault
    assert imr("index", "--verify", "--index", copy, "--json").code == 2


def test_verify_without_an_index_or_with_more_than_it_takes(imr: Imr, tmp_path: Path) -> None:
    assert imr("index", "--verify").fault.startswith("no index in")
    for more in (["--prune"], ["--strict"], [str(tmp_path)]):
        assert "--verify checks the index as it is" in imr("index", "--verify", *more).fault


def test_an_index_published_by_a_version_before_is_taken_at_its_word(
    imr: Imr, sample_dir: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(sample_dir, tmp_path / "copy"))
    (copy / "CURRENT").write_text("g000001\n", encoding="utf-8")
    said = imr("index", "--verify", "--index", copy)
    assert (said.code, "manifest.json was published without a checksum" in said.out) == (0, True)


def test_a_changed_manifest_is_found_by_status(imr: Imr, sample_dir: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sample_dir, tmp_path / "copy"))
    manifest = copy / "generations" / "g000001" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"letters": 1', '"letters": 2'))
    said = imr("status", "--index", copy)
    assert (said.code, said.err.count("damaged files: generations/g000001/manifest.json")) == (2, 1)


def test_a_second_writer_is_told_so(imr: Imr, letters: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    imr("index", letters)
    with writer_lock(index):
        assert imr("index", letters).fault == f"another run is writing the index in {index}"
        assert imr("search", "Norco", "--index", index).code == 0
        assert imr("index", "--verify").code == 0
    assert imr("index", letters).code == 0


def test_a_folder_that_cannot_be_listed(imr: Imr, letters: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imr("index", letters)
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path) == letters / "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    (letters / "locked").mkdir()
    with monkeypatch.context() as locked:
        locked.setattr(os, "scandir", refuse)
        for flags in ([], ["--prune"]):
            assert imr("index", letters, *flags).fault == f"{letters / 'locked'}: Permission denied"
    assert "4 letters" in imr("status").out


@pytest.mark.subprocess
@pytest.mark.parametrize("most", [10, 3_000, 20_000, 40_000])
def test_files_that_may_not_grow_leave_the_old_index(imr: Imr, letters: Path, tmp_path: Path, most: int) -> None:
    index = tmp_path / "index"
    first = letters / "SAMPLE-0001.txt"
    imr("index", first)
    limited = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        "from imr.main import run; sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", limited, "index", str(letters), "--index", str(index)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    line = done.stderr.splitlines()[-1]
    assert done.returncode == 2, done.stderr
    assert "could not be written, the old" in line
    assert "Traceback" not in done.stderr
    found = verify_index(index)
    assert (found.generation, found.problems) == ("g000001", ())
    after = imr("index", letters)
    assert (after.code, "holds 4 letters" in after.out) == (0, True)
    assert {path.name for path in index.iterdir()} == {"CURRENT", "generations", "segments", "writer.lock"}
