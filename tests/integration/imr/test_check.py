"""`imr evidence --check`: a draft against the pack it was made from."""

import json
from pathlib import Path

import pytest

from tests.support.program import Imr


@pytest.fixture
def pack(imr: Imr, sample_dir: Path, tmp_path: Path) -> Path:
    """Return the file of a pack of the sample index."""
    request, file = tmp_path / "request.txt", tmp_path / "pack.json"
    request.write_text("Ultram 50mg #60", encoding="utf-8")
    assert imr("evidence", request, "--index", sample_dir, "--format", "json", "--out", file).code == 0
    return file


def draft(folder: Path, text: str) -> Path:
    file = folder / "draft.md"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("named", ["option", "argument"])
def test_a_true_draft_passes(imr: Imr, sample_dir: Path, tmp_path: Path, pack: Path, named: str) -> None:
    made = draft(tmp_path, json.loads(pack.read_text(encoding="utf-8"))["context"])
    way = ("--pack", pack) if named == "option" else (pack,)
    said = imr("evidence", "--check", made, *way, "--index", sample_dir)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("SUPPORTED: ")


def test_a_false_one_fails_with_its_report(imr: Imr, sample_dir: Path, tmp_path: Path, pack: Path) -> None:
    made = draft(tmp_path, 'It was held that "the moon is a green cheese" [1], and by others too [99].')
    said = imr("evidence", "--check", made, "--pack", pack, "--index", sample_dir)
    assert said.code == 2
    assert said.out.startswith("NOT SUPPORTED: 0 of 1 quoted strings, 1 of 2 markers")
    assert "marker [99]" in said.out
    assert said.err == "imr: the draft is not supported: 2 faults, see the report\n"
    as_json = imr("evidence", "--check", made, "--pack", pack, "--index", sample_dir, "--format", "json")
    assert as_json.code == 2
    assert json.loads(as_json.out)["quotes"][0]["verdict"] == "fabricated"


def test_an_altered_pack_fails(imr: Imr, sample_dir: Path, tmp_path: Path, pack: Path) -> None:
    content = json.loads(pack.read_text(encoding="utf-8"))
    content["citations"][0]["start"] += 1
    pack.write_text(json.dumps(content), encoding="utf-8")
    said = imr("evidence", "--check", draft(tmp_path, "So [1]."), "--pack", pack, "--index", sample_dir)
    assert said.code == 2
    assert "citation [1] fabricated: the quote is not what stands between start and end" in said.out


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ([], "name the evidence pack"),
        (["--pack", "nowhere.json"], "nowhere.json: No such file"),
        (["--pack", "DRAFT"], "no evidence pack"),
        (["--pack", "DRAFT", "--outcome", "upheld"], "--check takes no filters"),
    ],
)
def test_bad_input_is_one_line(imr: Imr, sample_dir: Path, tmp_path: Path, options: list[str], line: str) -> None:
    made = draft(tmp_path, "So it was.")
    given = [str(made) if option == "DRAFT" else option for option in options]
    assert line in imr("evidence", "--check", made, *given, "--index", sample_dir).fault


def test_a_pack_without_a_draft_and_two_standard_inputs(imr: Imr, sample_dir: Path) -> None:
    assert imr("evidence", "--pack", "x.json", "--index", sample_dir).fault == "--pack goes with --check"
    assert "standard input" in imr("evidence", "--check", "-", "--pack", "-", "--index", sample_dir).fault
