"""The service with one weight of its search at 0."""

from config.settings import SearchSettings, Settings, load_settings
from eval.datasets import Dataset, Query
from eval.run import measure
from eval.systems.ablation import ablations, without
from eval.systems.build import ablation_systems, opened_bench


def test_every_weight_takes_part_under_its_name() -> None:
    found = ablations(load_settings().search)
    assert found["full-no-dense"] == "dense_weight"
    assert set(found.values()) <= {name for name in SearchSettings.model_fields if name.endswith("_weight")}


def test_a_weight_that_is_off_already_takes_no_part() -> None:
    search = load_settings(flags={"search": {"dense_weight": 0}}).search
    assert "full-no-dense" not in ablations(search)


def test_only_the_weight_changes() -> None:
    settings = load_settings()
    changed = without(settings, "lexical_weight")
    assert changed.search.lexical_weight == 0
    assert settings.search.lexical_weight > 0
    restored = changed.search.model_copy(update={"lexical_weight": settings.search.lexical_weight})
    assert settings.model_copy(update={"search": restored}) == settings


def test_a_part_switched_off_changes_the_ranking(sample_settings: Settings) -> None:
    query = Query(id="q", text="Ultram 50mg #60 for chronic low back pain")
    dataset = Dataset(name="toy", form="imr", queries=(query,), qrels={"q": {"SAMPLE-0011#2": 1}})
    names = ablation_systems("imr", sample_settings)
    with opened_bench(dataset, sample_settings) as bench:
        measured = {name: measure(bench.dataset, bench.system(name)) for name in names}
    assert all(one.report.system == name for name, one in measured.items())
    assert measured["full-no-dense"].run != measured["full"].run
    assert measured["full"].report.metrics["recall@100"] == 1.0
