"""`imr parse`: a letter as JSON alone, and one clear line for every file that is no letter."""

import json
from pathlib import Path

import pytest

from eval.letters.pdf import render_pdf
from eval.letters.records import SampleLetter
from tests.support.bad_files import BAD_FILES
from tests.support.program import Imr


def test_a_text_letter(imr: Imr, sample_letters: Path) -> None:
    said = imr("parse", sample_letters / "SAMPLE-0001.txt")
    assert (said.code, said.err) == (0, "")
    parsed = json.loads(said.out)
    assert parsed["case_number"] == "SAMPLE-0001"
    assert parsed["source"] == {"name": "SAMPLE-0001.txt", "sha256": parsed["source"]["sha256"], "pages": None}
    for item in parsed["items"]:
        span = item["rationale"]
        assert parsed["text"][span["start"] : span["end"]] == span["text"]


def test_a_pdf_letter(imr: Imr, samples: tuple[SampleLetter, ...], tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(render_pdf(samples[0], "layout-1-2016"))
    parsed = json.loads(imr("parse", file).out)
    assert parsed["case_number"] == samples[0].case
    assert parsed["source"]["pages"] > 1
    assert [item["outcome"] for item in parsed["items"]] == [item.outcome for item in samples[0].items]
    assert parsed["items"][0]["rationale"]["page"] >= 1


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_is_no_letter_is_named_with_the_reason(name: str, imr: Imr, tmp_path: Path) -> None:
    content, reason = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    told = imr("parse", tmp_path / name).fault
    assert told.startswith(f"{tmp_path / name}: ")
    assert reason in told


def test_a_missing_file_and_a_folder(imr: Imr, tmp_path: Path) -> None:
    assert imr("parse", tmp_path / "absent.pdf").fault == f"{tmp_path / 'absent.pdf'}: No such file or directory"
    assert "Is a directory" in imr("parse", tmp_path).fault


def test_limits_are_settings(
    imr: Imr, sample_letters: Path, samples: tuple[SampleLetter, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_READING_MAX_BYTES", "100")
    assert "more than 100 bytes" in imr("parse", sample_letters / "SAMPLE-0001.txt").fault
    monkeypatch.delenv("IMR_READING_MAX_BYTES")
    monkeypatch.setenv("IMR_READING_MAX_PAGES", "1")
    (tmp_path / "letter.pdf").write_bytes(render_pdf(samples[0], "layout-1-2016"))
    assert "at most 1 are read" in imr("parse", tmp_path / "letter.pdf").fault
