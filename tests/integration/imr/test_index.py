"""`imr index` and `imr status`: what a run says, what was rejected and why, and an index that is not whole."""

import json
import shutil
from pathlib import Path

import pytest

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


def test_status_for_a_person(imr: Imr, sample_dir: Path) -> None:
    said = imr("status", "--index", sample_dir)
    assert (said.code, said.err) == (0, "")
    assert "102 letters" in said.out or " letters, " in said.out
    assert "model hashing, 128 dimensions" in said.out
    assert "all whole" in said.out


class TestBroken:
    """Every command that reads an index tells one that is missing or not whole, in one line."""

    @pytest.fixture
    def copy(self, sample_dir: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(sample_dir, tmp_path / "copy"))

    @pytest.fixture(params=["status", "search", "evidence", "serve"])
    def arguments(self, request: pytest.FixtureRequest, tmp_path: Path) -> list[str | Path]:
        asked = tmp_path / "request.txt"
        asked.write_text("Norco")
        texts: dict[str, list[str | Path]] = {"search": ["Norco"], "evidence": [asked]}
        return [request.param, *texts.get(request.param, [])]

    def test_missing(self, arguments: list[str | Path], imr: Imr, tmp_path: Path) -> None:
        told = imr(*arguments, "--index", tmp_path / "none").fault
        assert told == f"no index in {tmp_path / 'none'}: run `imr index PATH --index {tmp_path / 'none'}` first"

    def test_named_generation_is_gone(self, arguments: list[str | Path], imr: Imr, copy: Path) -> None:
        (copy / "CURRENT").write_text("g000099\n")
        assert "half written: CURRENT names 'g000099'" in imr(*arguments, "--index", copy).fault

    def test_no_manifest(self, arguments: list[str | Path], imr: Imr, copy: Path) -> None:
        (copy / "generations" / "g000001" / "manifest.json").unlink()
        assert "half written: no usable manifest.json" in imr(*arguments, "--index", copy).fault

    def test_a_file_cut_short(self, arguments: list[str | Path], imr: Imr, copy: Path) -> None:
        vectors = copy / "generations" / "g000001" / "vectors.faiss"
        vectors.write_bytes(vectors.read_bytes()[:-10])
        assert "is damaged: vectors.faiss is" in imr(*arguments, "--index", copy).fault

    def test_a_changed_byte_is_found_by_status(self, imr: Imr, copy: Path) -> None:
        vectors = copy / "generations" / "g000001" / "vectors.faiss"
        content = bytearray(vectors.read_bytes())
        content[-1] ^= 1
        vectors.write_bytes(bytes(content))
        said = imr("status", "--index", copy)
        assert (said.code, "DAMAGED" in said.out) == (2, True)
        assert said.err == "imr: damaged files: vectors.faiss: index again\n"
        as_json = imr("status", "--index", copy, "--json")
        assert (as_json.code, json.loads(as_json.out)["damaged"]) == (2, ["vectors.faiss"])

    def test_another_model(self, imr: Imr, copy: Path) -> None:
        manifest = copy / "generations" / "g000001" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"hashing"', '"another"'))
        assert "made by model another" in imr("search", "Norco", "--index", copy).fault


class TestSettings:
    """Settings at fault are told before anything is read."""

    def test_a_missing_file(self, imr: Imr, tmp_path: Path) -> None:
        told = imr("--config", tmp_path / "absent.toml", "status").fault
        assert told == f"settings file {tmp_path / 'absent.toml'}: No such file or directory"

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("index = [", "not TOML"),
            ("dir = 'x'", "dir must be a section"),
            ("[index]\nfolder = 'x'", "setting index.folder"),
            ("[server]\nport = 'high'", "setting server.port"),
            ("[server]\nport = 99999", "setting server.port"),
            ("[models]\nkind = 'x'", "setting models"),
        ],
    )
    def test_a_bad_file(self, content: str, told: str, imr: Imr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "settings.toml"
        file.write_text(content)
        assert told in imr("--config", file, "status").fault
        monkeypatch.setenv("IMR_CONFIG", str(file))
        assert told in imr("status").fault

    @pytest.mark.parametrize(
        ("name", "value"),
        [("IMR_SERVER_PORT", "high"), ("IMR_MODEL_KIND", "crystal"), ("IMR_INDEX_FOLDER", "x"), ("IMR_SEARCH_RRF_K", "0")],
    )
    def test_a_bad_environment_variable(self, name: str, value: str, imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, value)
        assert name.removeprefix("IMR_").lower().replace("_", ".", 1) in imr("status").fault
