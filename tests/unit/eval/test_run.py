"""A whole evaluation with a system whose ranking is known."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.errors import Fault
from eval.datasets import Dataset, Query
from eval.metrics import mean, score_queries
from eval.report import make_report, table
from eval.run import evaluate, run_queries
from eval.runs import read_run

TITLES = [Query(id=f"t:{case}", text=case, kind="titles", exclude_case=case) for case in "AB"]
NARRATIVES = [Query(id=f"n:{case}", text=case, kind="narratives", exclude_case=case) for case in "AB"]
DATASET = Dataset(
    name="toy",
    form="imr",
    queries=(*TITLES, *NARRATIVES),
    qrels={"t:A": {"x#1": 1}, "t:B": {"x#1": 1}, "n:A": {"y#1": 1}, "n:B": {"z#1": 1}},
    without_relevant=("n:C",),
    not_indexed=4,
)


class Fixed:
    """Ranks x before y for everything, the two tied."""

    name = "fixed"

    def __init__(self) -> None:
        self.limits: list[int] = []

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank two items."""
        del query
        self.limits.append(limit)
        return [("y#1", 1.0), ("x#1", 1.0)]


def test_report() -> None:
    report = evaluate(DATASET, Fixed())
    assert (report.system, report.dataset, report.n_queries) == ("fixed", "toy", 4)
    assert (report.without_relevant, report.not_indexed) == (1, 4)
    assert report.metrics["mrr@10"] == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    assert report.by_kind["titles"] == {"n_queries": 2, "ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}
    assert report.by_kind["narratives"]["mrr@10"] == pytest.approx(0.25)
    # Letters are drawn whole: A scores (1 + 1/2) / 2, B scores (1 + 0) / 2, and nothing lies outside the two.
    assert report.interval["mrr@10"] == (0.5, 0.75)


def test_json_is_the_contracts() -> None:
    answer = json.loads(msgspec.json.encode(evaluate(DATASET, Fixed())))
    assert {"system", "n_queries", "metrics", "by_kind", "interval"} <= set(answer)
    assert set(answer["metrics"]) == set(answer["interval"]) == {"ndcg@10", "recall@100", "mrr@10"}
    assert answer["interval"]["mrr@10"] == [0.5, 0.75]


def test_queries_without_a_kind_and_a_letter_stand_alone() -> None:
    queries = tuple(Query(id=f"q{number}", text="x") for number in range(4))
    qrels = {query.id: {"x#1": 1} for query in queries}
    dataset = Dataset(name="toy", form="imr", queries=queries, qrels=qrels)
    report = make_report(dataset, {"q0": (("x#1", 1.0),)}, "some")
    assert report.by_kind == {}
    assert report.metrics["mrr@10"] == 0.25
    low, high = report.interval["mrr@10"]
    assert low == 0.0
    assert 0.5 <= high <= 1.0


def test_the_run_file_gives_the_reported_figures_again(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    report = evaluate(DATASET, Fixed(), run_out=path)
    again = mean(score_queries(DATASET.qrels, read_run(path)).values())
    assert again == pytest.approx(report.metrics)
    assert [line.split()[:4] for line in path.read_text().splitlines()][:2] == [
        ["t:A", "Q0", "x#1", "1"],
        ["t:A", "Q0", "y#1", "2"],
    ]


def test_a_run_file_without_a_folder_is_refused_before_the_work(tmp_path: Path) -> None:
    system = Fixed()
    with pytest.raises(Fault, match="no such folder"):
        evaluate(DATASET, system, run_out=tmp_path / "absent" / "run.txt")
    assert system.limits == []


def test_runs_are_a_hundred_deep_and_the_bar_is_on_standard_error(capsys: Any) -> None:
    system = Fixed()
    run_queries(system, DATASET.queries, progress=True)
    assert system.limits == [100] * 4
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "fixed" in shown.err
    run_queries(system, DATASET.queries)
    assert capsys.readouterr().err == ""


def test_table() -> None:
    lines = table(evaluate(DATASET, Fixed())).splitlines()
    assert lines[0].split() == ["fixed", "queries", "ndcg@10", "recall@100", "mrr@10"]
    assert lines[1].split()[:2] == ["all", "4"]
    assert lines[1].split()[-1] == "0.625"
    assert [line.split()[0] for line in lines[2:4]] == ["titles", "narratives"]
    assert lines[4].startswith("95% interval")
    assert lines[4].endswith("0.500-0.750")
    assert len({len(line) for line in lines[:5]}) == 1
    assert lines[5:] == [
        "left out, nothing relevant: 1 queries",
        "relevant but not in the index: 4 items",
    ]
