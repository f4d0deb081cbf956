"""A BEIR set from its files to its figures, against pytrec_eval asked directly and nothing of the project's between."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import pytrec_eval
from click.testing import CliRunner

from imr.commands.evaluate import command

# Twins d4 and d5 tie whatever the system; d9 shares no word with anything.
CORPUS = [
    {"_id": "d1", "title": "Knee braces", "text": "A brace holds an unstable knee after a torn ligament."},
    {"_id": "d2", "title": "Braces", "text": "An elbow brace. A wrist brace. A brace for the back."},
    {"_id": "d3", "title": "", "text": "Physical therapy for the knee, twelve visits."},
    {"_id": "d4", "title": "Therapy", "text": "Aquatic therapy takes weight off a joint."},
    {"_id": "d5", "title": "Therapy", "text": "Aquatic therapy takes weight off a joint."},
    {"_id": "d6", "title": "Opioids", "text": "Hydrocodone needs a urine screen and a pain contract."},
    {"_id": "d7", "title": "Opioid weaning", "text": "A slow taper of hydrocodone or of morphine."},
    {"_id": "d8", "title": "Knee imaging", "text": "Magnetic resonance shows a torn ligament of the knee."},
    {"_id": "d9", "title": "Zzz", "text": "Qqq"},
]
QUERIES = [
    {"_id": "graded", "text": "brace for a knee with a torn ligament", "kind": "long"},
    {"_id": "tied", "text": "aquatic therapy", "kind": "short"},
    {"_id": "twin", "text": "therapy of a joint in water", "kind": "short"},
    {"_id": "nothing", "text": "helicopters", "kind": "short"},
    {"_id": "absent", "text": "hydrocodone taper", "kind": "short"},
    {"_id": "irrelevant", "text": "knees", "kind": "short"},
    {"_id": "unjudged", "text": "morphine", "kind": "short"},
]
QRELS = [
    ("graded", "d1", 3),
    ("graded", "d8", 2),
    ("graded", "d2", 1),
    ("graded", "d3", 0),
    ("tied", "d5", 1),
    ("twin", "d4", 2),
    ("twin", "d3", 1),
    ("nothing", "d9", 1),
    ("absent", "d7", 2),
    ("absent", "gone", 3),
    ("irrelevant", "d9", 0),
]


@pytest.fixture
def folder(write_dataset: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    return write_dataset(QUERIES, QRELS, CORPUS)


def read_trec(path: Path) -> dict[str, dict[str, float]]:
    run: dict[str, dict[str, float]] = {}
    for line in path.read_text().splitlines():
        query, _, corpus_id, _, score, _ = line.split(" ")
        run.setdefault(query, {})[corpus_id] = float(score)
    return run


@pytest.mark.parametrize("system", ["bm25", "dense", "dense-windowed", "hybrid"])
def test_figures_are_trec_evals(folder: Path, system: str) -> None:
    path = folder / "run.txt"
    result = CliRunner().invoke(command, [str(folder), "--system", system, "--json", "--run-out", str(path)])
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    run = read_trec(path)

    qrels: dict[str, dict[str, int]] = {}
    for query, corpus_id, grade in QRELS:
        qrels.setdefault(query, {})[corpus_id] = grade
    judged = {query for query, grades in qrels.items() if any(grades.values())}
    assert judged == {"graded", "tied", "twin", "nothing", "absent"}
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "recall.100", "recip_rank"})
    direct = evaluator.evaluate(run)
    # trec_eval leaves out what the run lacks; here, as with its option -c, such a query counts as 0.
    expected = {
        own: sum(direct.get(query, {}).get(its, 0.0) for query in judged) / len(judged)
        for own, its in (("ndcg@10", "ndcg_cut_10"), ("recall@100", "recall_100"), ("mrr@10", "recip_rank"))
    }
    assert report["metrics"] == pytest.approx(expected, abs=1e-9)
    assert 0 < report["metrics"]["ndcg@10"] < 1
    assert (report["n_queries"], report["without_relevant"]) == (5, 1)
    assert report["by_kind"]["long"]["ndcg@10"] == pytest.approx(direct["graded"]["ndcg_cut_10"])
    assert report["by_kind"]["short"]["n_queries"] == 4
    # Among twins the smaller id comes first, so the relevant one is second.
    assert [name for name in run["tied"] if name in {"d4", "d5"}] == ["d4", "d5"]
    assert direct["tied"]["recip_rank"] == 0.5


def test_a_query_that_finds_nothing_is_missing_from_the_run_and_counts_as_zero(folder: Path) -> None:
    path = folder / "run.txt"
    result = CliRunner().invoke(command, [str(folder), "--system", "bm25", "--json", "--run-out", str(path)])
    run = read_trec(path)
    assert "nothing" not in run
    assert "irrelevant" not in run
    assert "unjudged" not in run
    assert json.loads(result.stdout)["n_queries"] == 5
