"""`imr index` and `imr status`: what a run says, what was rejected and why, and an index that is not whole."""

import json
import shutil
from pathlib import Path

import pytest

from eval.letters.records import SampleLetter
from indexer.store import draft as drafting
from indexer.store import merging
from tests.support.bad_files import BAD_FILES
from tests.support.program import Imr


@pytest.fixture
def letters(sample_letters: Path, tmp_path: Path) -> Path:
    """Three letters in a folder of folders, beside a file that nobody asked for."""
    folder = tmp_path / "letters"
    (folder / "2015").mkdir(parents=True)
    for place, case in (("", "0001"), ("", "0002"), ("2015", "0003")):
        shutil.copy(sample_letters / f"SAMPLE-{case}.txt", folder / place)
    (folder / "notes.md").write_text("not a letter's name")
    return folder


def test_first_and_second_run(imr: Imr, letters: Path, tmp_path: Path) -> None:
    said = imr("index", letters)
    assert said.code == 0
    assert "letters: 3 read, 0 unchanged, 0 replaced, 0 rejected" in said.out
    assert f"index {tmp_path / 'index'}, generation g000001" in said.out
    assert "holds 3 letters" in said.out
    assert "letters: 0 read, 3 unchanged, 0 replaced, 0 rejected" in imr("index", letters).out


def test_json_stands_alone(imr: Imr, letters: Path, tmp_path: Path) -> None:
    said = imr("index", letters, "--index", tmp_path / "other", "--json")
    summary = json.loads(said.out)
    assert (said.code, summary["read"], summary["letters"], summary["rejected"]) == (0, 3, 3, [])
    assert summary["items"] >= 3
    status = json.loads(imr("status", "--index", tmp_path / "other", "--json").out)
    assert status["counts"] == {
        "letters": 3,
        "items": summary["items"],
        "passages": summary["passages"],
        "rejected": 0,
    }
    assert (status["generation"], status["model"]["name"], status["damaged"]) == ("g000001", "hashing", [])


def test_joining_is_told_in_a_line_and_can_be_put_off(imr: Imr, letters: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "SMALL", 1)
    monkeypatch.setattr(merging, "FANOUT", 2)
    imr("index", letters / "SAMPLE-0001.txt")
    put_off = imr("index", letters, "--no-join")
    assert (put_off.code, "joining" in put_off.err, "joined" in put_off.out) == (0, False, False)
    said = imr("index", letters, "--json")
    assert (said.code, json.loads(said.out)["generation"]) == (0, "g000003")
    (line,) = [line for line in said.err.splitlines() if "joining" in line]
    assert line.startswith("published; now joining segments of 3 letters")
    imr("index", letters / "SAMPLE-0002.txt", "--index", letters.parent / "other", "--no-join")
    assert "joined segments in " in imr("index", letters, "--index", letters.parent / "other").out
    assert "joining" not in imr("index", letters).err, "nothing is due any more"


def test_some_rejected_among_many(imr: Imr, letters: Path) -> None:
    for name, (content, _) in BAD_FILES.items():
        (letters / name).write_bytes(content)
    said = imr("index", letters)
    assert said.code == 0
    assert f"3 read, 0 unchanged, 0 replaced, {len(BAD_FILES)} rejected" in said.out
    shown = imr("status")
    assert shown.code == 0
    for name, (_, reason) in BAD_FILES.items():
        for out in (said.out, shown.out):
            (line,) = [line for line in out.splitlines() if line.startswith(f"rejected: {letters / name}: ")]
            assert reason in line


def test_strict_makes_a_rejected_letter_a_fault(imr: Imr, letters: Path) -> None:
    assert imr("index", letters, "--strict").code == 0
    (letters / "empty.txt").touch()
    said = imr("index", letters, "--strict")
    assert (said.code, said.err) == (2, "imr: 1 letters rejected\n")
    assert "rejected: " in said.out
    assert imr("index", letters).code == 0
    as_json = imr("index", letters, "--strict", "--json")
    assert (as_json.code, len(json.loads(as_json.out)["rejected"])) == (2, 1)


def test_nothing_but_rejected_letters_is_a_fault(imr: Imr, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    said = imr("index", tmp_path / "empty.txt")
    assert said.code == 2
    assert said.err == f"imr: no letter could be read: {tmp_path / 'empty.txt'}: empty file\n"


def test_a_missing_path_and_an_empty_folder(imr: Imr, tmp_path: Path) -> None:
    assert imr("index", tmp_path / "absent").fault == f"{tmp_path / 'absent'}: no such file or folder"
    (tmp_path / "nothing").mkdir()
    assert imr("index", tmp_path / "nothing").fault == f"no .pdf or .txt file under {tmp_path / 'nothing'}"
    assert not (tmp_path / "index").exists()


def test_status_for_a_person(imr: Imr, sample_dir: Path, samples: tuple[SampleLetter, ...]) -> None:
    said = imr("status", "--index", sample_dir)
    assert (said.code, said.err) == (0, "")
    assert f"{len(samples)} letters, {sum(len(letter.items) for letter in samples)} disputed items" in said.out
    assert "model hashing, 128 dimensions" in said.out
    assert "all whole" in said.out
