"""`imr search` and `imr evidence` over the sample index: for people, as JSON, from standard input, into a file."""

import io
import json
import sys
from pathlib import Path

import pytest

from service.tokens import count_tokens
from tests.support.context import read_context
from tests.support.program import Imr

ULTRAM = "Ultram 50mg #60"


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "request.txt"
    file.write_text(f"We are requesting authorization for {ULTRAM}.", encoding="utf-8")
    return file


def type_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_search_for_a_person(imr: Imr, sample_dir: Path) -> None:
    said = imr("search", f"{ULTRAM}\nLumbar MRI", "--limit", "2", "--index", sample_dir)
    assert (said.code, said.err) == (0, "")
    assert said.out.count("asked for: ") == 2
    assert f"asked for: {ULTRAM}" in said.out
    assert "tramadol" in said.out
    assert said.out.count("IMR Case No. SAMPLE-") == 4


def test_search_as_json(imr: Imr, sample_dir: Path) -> None:
    said = imr("search", ULTRAM, "--limit", "3", "--index", sample_dir, "--json")
    answer = json.loads(said.out)
    assert said.err == ""
    assert [result["rank"] for result in answer["results"]] == [1, 2, 3]
    assert answer["requests"][0]["treatments"][0]["concept"] == "tramadol"
    assert {"text", "start", "end", "page", "score"} == set(answer["results"][0]["passages"][0])


def test_search_of_standard_input(imr: Imr, sample_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, ULTRAM.encode())
    typed = json.loads(imr("search", "-", "--index", sample_dir, "--json").out)
    named = json.loads(imr("search", ULTRAM, "--index", sample_dir, "--json").out)
    assert typed["results"] == named["results"]


def test_filters_reach_the_search(imr: Imr, sample_dir: Path) -> None:
    said = imr("search", ULTRAM, "--outcome", "OVERTURNED", "--treatment", "ultram", "--index", sample_dir, "--json")
    results = json.loads(said.out)["results"]
    assert results
    assert {result["outcome"] for result in results} == {"overturned"}
    assert all("tramadol" in [one["concept"] for one in result["treatments"]] for result in results)


def test_nothing_close_is_told(imr: Imr, sample_dir: Path) -> None:
    said = imr("search", "moon dust", "--index", sample_dir)
    assert "coverage: none" in said.out
    assert "nothing in the index is close to this" in said.out


def test_a_model_without_a_calibration_is_told(imr: Imr, sample_dir: Path) -> None:
    said = imr("search", "Norco", "--limit", "1", "--index", sample_dir)
    assert said.out.startswith("coverage is not calibrated for model hashing: words and vocabulary alone judge it\n")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--outcome", "maybe"),
        ("--treatment", "moonbeams"),
        ("--category", "Weather"),
        ("--body-region", "tail"),
        ("--specialty", "Astrology"),
        ("--guideline", "Almanac"),
    ],
)
@pytest.mark.parametrize("command", ["search", "evidence"])
def test_an_unknown_filter_value_is_named(
    command: str, option: str, value: str, imr: Imr, sample_dir: Path, asked: Path
) -> None:
    told = imr(command, asked if command == "evidence" else ULTRAM, option, value, "--index", sample_dir).fault
    assert told.startswith(f"unknown {option[2:].replace('-', ' ')} '{value}'")


def test_dates_the_wrong_way_round(imr: Imr, sample_dir: Path) -> None:
    days = ("--decision-from", "2016-01-02", "--decision-to", "2016-01-01")
    assert "2016-01-02 is after" in imr("search", ULTRAM, *days, "--index", sample_dir).fault


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_request(text: str, imr: Imr, sample_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert imr("search", text, "--index", sample_dir).fault == "the request is empty"
    type_in(monkeypatch, text.encode())
    assert imr("evidence", "--index", sample_dir).fault == "the request is empty"


def test_a_request_that_is_no_text(imr: Imr, sample_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not UTF-8" in imr("search", "\udcff\udcfe", "--index", sample_dir).fault
    type_in(monkeypatch, b"\xff\xfe")
    assert imr("search", "-", "--index", sample_dir).fault == "-: not UTF-8 text"
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    assert "picture.png: not UTF-8 text" in imr("evidence", tmp_path / "picture.png", "--index", sample_dir).fault


def test_evidence_as_markdown(imr: Imr, sample_dir: Path, asked: Path) -> None:
    said = imr("evidence", asked, "--index", sample_dir)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("# Precedent")
    assert "### Supporting" in said.out
    assert "\u2014 [1] IMR Case No. SAMPLE-" in said.out


def test_evidence_as_json_within_its_budget(imr: Imr, sample_dir: Path, asked: Path) -> None:
    said = imr("evidence", asked, "--format", "json", "--max-tokens", "700", "--index", sample_dir)
    pack = json.loads(said.out)
    assert said.err == ""
    assert pack["citations"]
    assert count_tokens(pack["context"], "o200k_base") == pack["tokens"] <= 700
    assert [block.marker for block in read_context(pack["context"])] == [one["marker"] for one in pack["citations"]]
    other = imr(
        "evidence", asked, "--format", "json", "--max-tokens", "700", "--encoding", "cl100k_base", "--index", sample_dir
    )
    pack = json.loads(other.out)
    assert count_tokens(pack["context"], "cl100k_base") == pack["tokens"] <= 700


def test_the_position_decides_which_side_supports(imr: Imr, sample_dir: Path, asked: Path) -> None:
    for position, outcome in (("grant", "overturned"), ("deny", "upheld")):
        said = imr("evidence", asked, "--format", "json", "--position", position, "--index", sample_dir)
        (request,) = json.loads(said.out)["requests"]
        assert {quote["outcome"] for quote in request["supporting"]} == {outcome}


def test_evidence_of_standard_input_is_that_of_the_file(
    imr: Imr, sample_dir: Path, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = imr("evidence", asked, "--index", sample_dir).out
    for arguments in (["-"], []):
        type_in(monkeypatch, asked.read_bytes())
        assert imr("evidence", *arguments, "--index", sample_dir).out == expected


def test_evidence_into_a_file(imr: Imr, sample_dir: Path, asked: Path, tmp_path: Path) -> None:
    expected = imr("evidence", asked, "--index", sample_dir).out
    said = imr("evidence", asked, "--index", sample_dir, "--out", tmp_path / "pack.md")
    assert said == (0, "", "")
    assert (tmp_path / "pack.md").read_text(encoding="utf-8") == expected
    told = imr("evidence", asked, "--index", sample_dir, "--out", tmp_path / "absent" / "pack.md").fault
    assert told == f"{tmp_path / 'absent' / 'pack.md'}: No such file or directory"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--max-tokens", "0"], "max_tokens must be from 1 to 1000000, not 0"),
        (["--max-tokens", "few"], "'few' is not a valid integer"),
        (["--encoding", "runes"], "unknown encoding 'runes'"),
    ],
)
def test_a_budget_that_cannot_be_used(arguments: list[str], told: str, imr: Imr, sample_dir: Path, asked: Path) -> None:
    assert told in imr("evidence", asked, *arguments, "--index", sample_dir).fault


def test_a_request_that_is_not_there(imr: Imr, sample_dir: Path, tmp_path: Path) -> None:
    told = imr("evidence", tmp_path / "absent.txt", "--index", sample_dir).fault
    assert told == f"{tmp_path / 'absent.txt'}: No such file or directory"
