"""A whole evaluation with a system whose ranking is known."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from eval.datasets import Dataset, Query
from eval.metrics import mean, score_queries
from eval.run import measure, run_queries
from eval.runs import read_run, write_run
from eval.tables import one_system

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
    report = measure(DATASET, Fixed()).report
    assert (report.system, report.dataset, report.n_queries) == ("fixed", "toy", 4)
    assert (report.without_relevant, report.not_indexed) == (1, 4)
    assert report.metrics["mrr@10"] == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    assert report.by_kind["titles"] == {"n_queries": 2, "ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}
    assert report.by_kind["narratives"]["mrr@10"] == pytest.approx(0.25)
    # Letters are drawn whole: A scores (1 + 1/2) / 2, B scores (1 + 0) / 2, and nothing lies outside the two.
    assert report.interval["mrr@10"] == (0.5, 0.75)


def test_json_is_the_contracts() -> None:
    answer = json.loads(msgspec.json.encode(measure(DATASET, Fixed()).report))
    assert {"system", "n_queries", "metrics", "by_kind", "interval"} <= set(answer)
    assert set(answer["metrics"]) == set(answer["interval"]) == {"ndcg@10", "recall@100", "mrr@10"}
    assert answer["interval"]["mrr@10"] == [0.5, 0.75]


def test_queries_without_a_kind_and_a_letter_stand_alone() -> None:
    queries = tuple(Query(id=f"q{number}", text="x") for number in range(4))
    qrels = {query.id: {"x#1" if query.id == "q0" else "z#1": 1} for query in queries}
    dataset = Dataset(name="toy", form="imr", queries=queries, qrels=qrels)
    report = measure(dataset, Fixed()).report
    assert report.by_kind == report.interval_by_kind == {}
    assert report.metrics["mrr@10"] == 0.25
    low, high = report.interval["mrr@10"]
    assert low == 0.0
    assert 0.5 <= high <= 1.0


def test_what_is_reported_beside_the_contracts_figures() -> None:
    answer = json.loads(msgspec.json.encode(measure(DATASET, Fixed()).report))
    # Each query names one of the two items returned, but n:B neither.
    assert answer["judged@10"] == pytest.approx(3 / 8)
    assert set(answer["latency_ms"]) == {"p50", "p95"}
    assert 0 <= answer["latency_ms"]["p50"] <= answer["latency_ms"]["p95"]
    assert answer["interval_by_kind"]["titles"]["mrr@10"] == [1.0, 1.0]
    assert answer["interval_by_kind"]["narratives"]["mrr@10"] == [0.0, 0.5]


def test_the_run_file_gives_the_reported_figures_again(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    measured = measure(DATASET, Fixed())
    write_run(path, measured.run, "fixed")
    again = mean(score_queries(DATASET.qrels, read_run(path)).values())
    assert again == pytest.approx(measured.report.metrics)
    assert [line.split()[:4] for line in path.read_text().splitlines()][:2] == [
        ["t:A", "Q0", "x#1", "1"],
        ["t:A", "Q0", "y#1", "2"],
    ]


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
    lines = one_system(measure(DATASET, Fixed()).report).splitlines()
    assert lines[0].split() == ["fixed", "queries", "ndcg@10", "recall@100", "mrr@10"]
    assert lines[1].split()[:2] == ["all", "4"]
    assert lines[1].split()[-1] == "0.625"
    assert [line.split()[0] for line in lines[2:4]] == ["titles", "narratives"]
    assert lines[4].startswith("95% interval")
    assert lines[4].endswith("0.500-0.750")
    assert len({len(line) for line in lines[:5]}) == 1
    assert lines[5].startswith("judged@10 0.38; a query: p50 ")
    assert lines[6:] == [
        "left out, nothing relevant: 1 queries",
        "relevant but not in the index: 4 items",
    ]
