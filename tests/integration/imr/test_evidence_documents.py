"""`imr evidence` as a Word document: into a file, into a pipe, never onto a terminal; the same content as Markdown."""

import io
import json
import re
import sys
from pathlib import Path

import pytest
from docx import Document

from config.settings import Settings
from imr.main import run
from tests.support.program import Imr

ULTRAM = "Ultram 50mg #60"


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "request.txt"
    file.write_text(f"We are requesting authorization for {ULTRAM}.", encoding="utf-8")
    return file


@pytest.mark.parametrize("position", ["grant", "deny"])
def test_every_format_holds_the_same_quotes_and_authorities(
    imr: Imr, sample_dir: Path, asked: Path, tmp_path: Path, position: str
) -> None:
    options = ["--position", position, "--index", sample_dir]
    pack = json.loads(imr("evidence", asked, "--format", "json", *options).out)
    markdown = imr("evidence", asked, *options).out
    assert imr("evidence", asked, "--format", "docx", "--out", tmp_path / "pack.docx", *options) == (0, "", "")
    document = Document(str(tmp_path / "pack.docx"))
    paragraphs = "\n".join(paragraph.text for paragraph in document.paragraphs)
    table = [[cell.text for cell in row.cells] for row in document.tables[-1].rows[1:]]
    assert len(table) == len(pack["citations"]) == markdown.count("\n| [") > 2
    plain = re.sub(r"\\(.)", r"\1", markdown)
    for cited, row in zip(pack["citations"], table, strict=True):
        assert row == [
            f"[{cited['marker']}]",
            cited["case_number"],
            f"{cited['item']}. {cited['title']}",
            cited["outcome"],
            cited["decision_date"],
            "\u2013",
            cited["cite_as"],
        ]
        quoted = " ".join(cited["quote"].split())
        assert quoted in " ".join(paragraphs.split())
        assert quoted in " ".join(plain.replace("\n>", "").split())
    (request,) = pack["requests"]
    rate = f"{request['outcomes']['overturned']} of {request['outcomes']['n']} decisions overturned"
    assert rate in paragraphs
    assert rate in markdown
    for_it, against = ("overturned", "upheld") if position == "grant" else ("upheld", "overturned")
    for shown in (paragraphs, markdown):
        assert shown.index(f"Supporting: decisions that {for_it}") < shown.index(f"Contrary: decisions that {against}")


def test_a_terminal_is_spared_the_bytes_before_anything_is_opened(
    imr: Imr, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    told = imr("evidence", asked, "--format", "docx").fault
    assert told == "a Word document is no text for a terminal: name a file with --out"


def test_a_pipe_takes_the_document(
    sample_settings: Settings, asked: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    assert run(["evidence", str(asked), "--format", "docx", "--index", str(sample_settings.index.dir)]) == 0
    written = capsysbinary.readouterr().out
    assert Document(io.BytesIO(written)).paragraphs[0].text.startswith("Precedent")
