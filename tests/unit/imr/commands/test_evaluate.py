"""`imr eval` as click runs it, over a BEIR folder and the stand-in model."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.errors import Fault
from imr.commands.evaluate import command


@pytest.fixture(autouse=True)
def _stand_in_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "Knees", "text": "braces"}\n{"_id": "d2", "text": "x"}'
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "knees"}')
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td1\t1\n")
    return tmp_path


def test_json_stands_alone_on_stdout(folder: Path) -> None:
    result = invoke(folder, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["system"], report["n_queries"]) == ("dense", 1)
    assert report["metrics"] == {"ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}
    assert "dense" in result.stderr


def test_table_and_run_file(folder: Path) -> None:
    result = invoke(folder, "--system", "bm25", "--run-out", folder / "run.txt")
    assert result.exit_code == 0
    assert result.stdout.startswith("bm25")
    assert (folder / "run.txt").read_text().startswith("q Q0 d1 1 ")


def test_several_systems(folder: Path) -> None:
    result = invoke(folder, "--system", "all", "--json", "--report", folder / "report")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert [one["system"] for one in answer["systems"]] == ["bm25", "dense", "dense-windowed", "hybrid"]
    assert {one["against"] for one in answer["comparisons"]} == {"dense"}
    assert {"p", "p_holm", "difference", "interval"} <= set(answer["comparisons"][0])
    assert (folder / "report" / "runs" / "hybrid.txt").read_text().startswith("q Q0 d1 1 ")


def test_what_others_are_held_against_is_measured_too(folder: Path) -> None:
    result = invoke(folder, "--system", "dense", "--against", "bm25")
    assert result.exit_code == 0
    assert "ndcg@10 against bm25" in result.stdout
    alone = invoke(folder, "--against", "bm25")
    assert "ndcg@10 against bm25" in alone.stdout


def test_ablation_names_the_systems(folder: Path) -> None:
    result = invoke(folder, "--ablation", "--system", "bm25")
    assert result.exit_code == 2
    assert "leave --system out" in result.stderr
    assert isinstance(invoke(folder, "--ablation").exception, Fault)


def test_faults_pass_through_to_the_program(folder: Path) -> None:
    assert isinstance(invoke(folder, "--system", "full").exception, Fault)
    assert isinstance(invoke(folder / "absent").exception, Fault)


def test_the_index_flag_reaches_the_settings(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tCM20-1#1\t1\n")
    result = invoke(folder, "--system", "bm25", "--index", folder / "nowhere")
    assert isinstance(result.exception, Fault)
    assert "nowhere" in str(result.exception)
