"""From a name to a system, with the stand-in model and a small index."""

from typing import Any

import pytest

from config.errors import Fault
from config.settings import Settings, load_settings
from eval.datasets import CorpusText, Dataset, Query
from eval.run import evaluate
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
    with build.opened_system(name, IMR, settings) as (system, aligned):
        report = evaluate(aligned, system)
        assert not opened.closed
    assert opened.closed
    assert (report.system, report.not_indexed) == (name, 1)
    assert report.metrics["mrr@10"] == 1.0
    assert report.metrics["recall@100"] == 0.5


@pytest.mark.parametrize("name", ["bm25", "dense", "hybrid"])
def test_over_a_beir_corpus(settings: Settings, name: str) -> None:
    with build.opened_system(name, BEIR, settings) as (system, dataset):
        report = evaluate(dataset, system)
    assert report.system == name
    assert report.metrics == {"ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0}


@pytest.mark.parametrize("name", ["concept", "full"])
def test_systems_that_need_determinations_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(Fault, match=f"system {name} needs determinations"), build.opened_system(name, BEIR, settings):
        pass


def test_unknown_system(settings: Settings) -> None:
    with (
        pytest.raises(Fault, match="'best': choose from bm25, dense, hybrid, concept, full"),
        build.opened_system("best", IMR, settings),
    ):
        pass


def test_the_index_is_closed_when_the_dataset_does_not_fit(opened: Any, settings: Settings) -> None:
    other = Dataset(name="toy", form="imr", queries=(), qrels={"q": {"CM9#1": 1}})
    with pytest.raises(Fault, match="none of its"), build.opened_system("bm25", other, settings):
        pass
    assert opened.closed


def test_default_system() -> None:
    assert (build.default_system(IMR), build.default_system(BEIR)) == ("full", "dense")
