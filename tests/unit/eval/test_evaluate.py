"""A whole evaluation with its written report, over a small BEIR corpus and the stand-in model."""

import re
from pathlib import Path

import msgspec
import pytest

from config.errors import Fault
from config.settings import Settings, load_settings
from eval.datasets import CorpusText, Dataset, Query
from eval.evaluate import evaluate
from eval.runs import read_run
from eval.tables import several_systems

CORPUS = tuple(
    CorpusText(id=f"d{number}", title=f"Part {number}", text=f"word{number} and others") for number in range(12)
)
QUERIES = tuple(
    Query(id=f"q{number}", text=f"word{number}", kind="even" if number % 2 == 0 else "odd") for number in range(6)
)
DATASET = Dataset(
    name="toy",
    form="beir",
    queries=QUERIES,
    qrels={query.id: {f"d{number}": 1} for number, query in enumerate(QUERIES)},
    corpus=CORPUS,
    without_relevant=("q9",),
)
NAMES = ("bm25", "dense", "hybrid")


@pytest.fixture
def settings() -> Settings:
    return load_settings(flags={"model": {"kind": "hashing"}})


def untimed(text: str) -> str:
    """Return a report's text without the two columns of times."""
    return re.sub(r"( \|) \d+\.\d \| \d+\.\d \|$", r"\1", text, flags=re.MULTILINE)


def test_a_report_holds_tables_plots_and_runs(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    compared = evaluate(DATASET, NAMES, settings, report=folder)
    text = (folder / "report.md").read_text()
    assert text.startswith("# Retrieval on toy\n\n- 6 queries\n- left out, nothing relevant: 1 queries\n- 12 documents")
    for report in compared.systems:
        assert f"| {report.system} | 6 | {report.metrics['ndcg@10']:.3f} [" in text
        assert set(read_run(folder / "runs" / f"{report.system}.txt")) == {query.id for query in QUERIES}
    assert "| ndcg@10 | even (3) | odd (3) |" in text
    assert "| bm25 | all | " in text
    assert "as not judged" in text
    for name in re.findall(r"!\[[^]]+\]\((.+)\)", text):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_a_report_is_the_same_but_for_times(settings: Settings, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        evaluate(DATASET, NAMES, settings, report=folder)
    for name in ("quality.png", "runs/bm25.txt", "runs/dense.txt", "runs/hybrid.txt"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    texts = [untimed((folder / "report.md").read_text()) for folder in (first, second)]
    assert texts[0] == texts[1]
    assert texts[0] != (first / "report.md").read_text()


def test_one_system_has_a_report_too(settings: Settings, tmp_path: Path) -> None:
    dataset = msgspec.structs.replace(DATASET, queries=tuple(Query(id=one.id, text=one.text) for one in QUERIES))
    assert evaluate(dataset, ("bm25",), settings, report=tmp_path).comparisons == ()
    text = (tmp_path / "report.md").read_text()
    assert "## Systems" in text
    assert "## By kind" not in text
    assert "## Differences" not in text


def test_a_set_with_grades_of_zero_says_nothing_of_lists_without(settings: Settings, tmp_path: Path) -> None:
    qrels = {**DATASET.qrels, "q0": {"d0": 1, "d1": 0}}
    evaluate(msgspec.structs.replace(DATASET, qrels=qrels), ("bm25",), settings, report=tmp_path)
    assert "as not judged" not in (tmp_path / "report.md").read_text()


def test_the_table_of_several_systems(settings: Settings) -> None:
    compared = evaluate(DATASET, NAMES, settings, against="bm25")
    systems, kinds, differences, rest = several_systems(compared).split("\n\n")
    assert [line.split()[0] for line in systems.splitlines()] == ["system", *NAMES]
    assert kinds.splitlines()[0].split() == ["ndcg@10", "even", "(3)", "odd", "(3)"]
    assert [line.split()[:2] for line in differences.splitlines()[1:]] == [
        [name, kind] for kind in ("all", "even", "odd") for name in ("dense", "hybrid")
    ]
    assert rest == "left out, nothing relevant: 1 queries"
    for table in (systems, kinds, differences):
        assert len({len(line) for line in table.splitlines()}) == 1


def test_what_cannot_be_written_is_refused_before_the_work(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nothing = msgspec.structs.replace(DATASET, corpus=())
    with pytest.raises(Fault, match="no such folder"):
        evaluate(nothing, ("bm25",), settings, run_out=tmp_path / "absent" / "run.txt")
    with pytest.raises(Fault, match="--run-out takes the run of one system"):
        evaluate(nothing, NAMES, settings, run_out=tmp_path / "run.txt")
    with pytest.raises(Fault, match=r"report folder .*file"):
        evaluate(nothing, NAMES, settings, report=tmp_path / "file")
    with pytest.raises(Fault, match=r"'full'.*is not among"):
        evaluate(nothing, NAMES, settings, against="full")
