"""Every command that reads an index tells one that is missing or not whole, in one line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.program import Imr

VECTORS = "segments/s000001/vectors.faiss"


@pytest.fixture
def copy(sample_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_dir, tmp_path / "copy"))


@pytest.fixture(params=["status", "search", "evidence", "serve"])
def arguments(request: pytest.FixtureRequest, tmp_path: Path) -> list[str | Path]:
    asked = tmp_path / "request.txt"
    asked.write_text("Norco")
    texts: dict[str, list[str | Path]] = {"search": ["Norco"], "evidence": [asked]}
    return [request.param, *texts.get(request.param, [])]


def test_missing(arguments: list[str | Path], imr: Imr, tmp_path: Path) -> None:
    told = imr(*arguments, "--index", tmp_path / "none").fault
    assert told == f"no index in {tmp_path / 'none'}: run `imr index PATH --index {tmp_path / 'none'}` first"


def test_named_generation_is_gone(arguments: list[str | Path], imr: Imr, copy: Path) -> None:
    (copy / "CURRENT").write_text("g000099\n")
    assert "half written: CURRENT names 'g000099'" in imr(*arguments, "--index", copy).fault


def test_no_manifest(arguments: list[str | Path], imr: Imr, copy: Path) -> None:
    (copy / "generations" / "g000001" / "manifest.json").unlink()
    assert "half written: no usable manifest.json" in imr(*arguments, "--index", copy).fault


def test_a_file_cut_short(arguments: list[str | Path], imr: Imr, copy: Path) -> None:
    vectors = copy / VECTORS
    vectors.write_bytes(vectors.read_bytes()[:-10])
    assert f"is damaged: {VECTORS} is" in imr(*arguments, "--index", copy).fault


def test_a_changed_byte_is_found_by_status(imr: Imr, copy: Path) -> None:
    vectors = copy / VECTORS
    content = bytearray(vectors.read_bytes())
    content[-1] ^= 1
    vectors.write_bytes(bytes(content))
    said = imr("status", "--index", copy)
    assert (said.code, "DAMAGED" in said.out) == (2, True)
    assert said.err == f"imr: damaged files: {VECTORS}: `imr index --verify` says what to do\n"
    as_json = imr("status", "--index", copy, "--json")
    assert (as_json.code, json.loads(as_json.out)["damaged"]) == (2, [VECTORS])


def test_another_model(imr: Imr, copy: Path) -> None:
    manifest = copy / "generations" / "g000001" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"hashing"', '"another"'))
    assert "made by model another" in imr("search", "Norco", "--index", copy).fault
