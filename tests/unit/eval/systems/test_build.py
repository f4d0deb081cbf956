"""From a name to a system, with the stand-in model and a small index."""

from typing import Any

import pytest

from config.errors import Fault
from config.settings import Settings, load_settings
from eval.datasets import CorpusText, Dataset, Query
from eval.run import measure
from eval.systems import build

IMR = Dataset(
    name="toy", form="imr", queries=(Query(id="q", text="knee brace"),), qrels={"q": {"letter-dd#1": 1, "CM9#1": 1}}
)
BEIR = Dataset(
    name="toy",
    form="beir",
    queries=(Query(id="q", text="knees that need braces"),),
    qrels={"q": {"d2": 1}},
    corpus=(
        CorpusText(id="d1", title="Elbows", text="Of elbows and of hands."),
        CorpusText(id="d2", title="Braces", text="For knees."),
    ),
)


@pytest.fixture
def settings() -> Settings:
    return load_settings(flags={"model": {"kind": "hashing"}})


@pytest.fixture
def opened(index: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let open_index give the small index."""
    monkeypatch.setattr(build, "open_index", lambda _: index)
    return index


@pytest.mark.parametrize("name", ["bm25", "dense", "hybrid"])
def test_over_an_index(opened: Any, settings: Settings, name: str) -> None:
    with build.opened_bench(IMR, settings) as bench:
        report = measure(bench.dataset, bench.system(name)).report
        assert not opened.closed
    assert opened.closed
    assert (report.system, report.not_indexed) == (name, 1)
    assert report.metrics["mrr@10"] == 1.0
    assert report.metrics["recall@100"] == 0.5


@pytest.mark.parametrize("name", ["bm25", "dense", "dense-windowed", "hybrid"])
def test_over_a_beir_corpus(settings: Settings, name: str) -> None:
    with build.opened_bench(BEIR, settings) as bench:
        report = measure(bench.dataset, bench.system(name)).report
    assert report.system == name
    assert report.metrics == {"ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}


def test_texts_are_embedded_once_for_all_systems(opened: Any, settings: Settings) -> None:
    assert opened
    with build.opened_bench(IMR, settings) as bench:
        assert bench.system("dense") is bench.system("dense")
    with build.opened_bench(BEIR, settings) as bench:
        assert bench.system("dense") is bench.system("dense")


def test_a_bench_says_what_is_searched(opened: Any, settings: Settings) -> None:
    with build.opened_bench(IMR, settings) as bench:
        assert opened.generation in bench.about[0]
        assert "hashing" in bench.about[1]
        assert f"candidates {settings.search.candidates}" in bench.about[2]
    with build.opened_bench(BEIR, settings) as bench:
        assert bench.about[0].startswith("2 documents")


@pytest.mark.parametrize("name", ["concept", "full"])
def test_systems_that_need_determinations_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(Fault, match=f"system {name} needs determinations"):
        build.named_systems([name], "beir", settings)


def test_unknown_system(settings: Settings) -> None:
    with pytest.raises(Fault, match="'best': choose from bm25, dense, hybrid, concept, full"):
        build.named_systems(["best"], "imr", settings)
    with pytest.raises(Fault, match="'full-no-dense': choose from bm25, dense, dense-windowed, hybrid, all"):
        build.named_systems(["full-no-dense"], "beir", settings)


def test_named_systems(settings: Settings) -> None:
    assert build.named_systems([], "imr", settings) == ("full",)
    assert build.named_systems([], "beir", settings) == ("dense",)
    assert build.named_systems(["all"], "imr", settings) == ("bm25", "dense", "hybrid", "concept", "full")
    assert build.named_systems(["all"], "beir", settings) == ("bm25", "dense", "dense-windowed", "hybrid")
    assert build.named_systems(["full", "bm25", "full"], "imr", settings) == ("full", "bm25")


def test_ablation_systems(settings: Settings) -> None:
    names = build.ablation_systems("imr", settings)
    assert names[0] == "full"
    assert "full-no-dense" in names
    with pytest.raises(Fault, match="full needs determinations"):
        build.ablation_systems("beir", settings)


def test_the_index_is_closed_when_the_dataset_does_not_fit(opened: Any, settings: Settings) -> None:
    other = Dataset(name="toy", form="imr", queries=(), qrels={"q": {"CM9#1": 1}})
    with pytest.raises(Fault, match="none of its"), build.opened_bench(other, settings):
        pass
    assert opened.closed
