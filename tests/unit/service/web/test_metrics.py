"""What is measured: names that are documented, labels that nobody else chooses, and the sum over processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from service.web.generations import Generation, Generations
from service.web.metrics import Metrics, forget_the_dead, resident_bytes
from tests.support.fake_service import FakeService

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "operations.md"


def names(metrics: Metrics) -> set[str]:
    """Return the names as they are scraped, without what histograms add to theirs."""
    return {
        f"{family.name}_total" if family.type == "counter" else family.name for family in metrics.registry.collect()
    }


def test_every_metric_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^\| `(imr_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == names(Metrics())


def test_a_method_that_a_client_made_up_is_no_label() -> None:
    metrics = Metrics()
    metrics.answered("BREW", "/api/search", 405, 0.1)
    labels = {"method": "other", "route": "/api/search", "status": "405"}
    assert metrics.registry.get_sample_value("imr_requests_total", labels) == 1
    assert b"BREW" not in metrics.written()


def test_a_generation_that_no_longer_answers_counts_no_worker() -> None:
    metrics, held = Metrics(), Generations()
    for name in ("g1", "g2"):
        service = FakeService()
        service.name = name
        held.take_up(Generation(service))
        metrics.refresh(held, waiting=3)
    value = metrics.registry.get_sample_value
    assert [value("imr_generation", {"generation": name}) for name in ("g1", "g2")] == [0, 1]
    assert value("imr_generations_open") == 2
    assert value("imr_queue_length") == 3
    assert value("imr_index_holds", {"what": "letters"}) == 1


def test_memory_is_what_the_system_says() -> None:
    assert resident_bytes() > 1_000_000


_WORKER = """
import sys
from service.web.metrics import Metrics
metrics = Metrics()
metrics.answered("GET", "/api/items", 200, 0.1)
metrics._queue.set(2)
sys.stdout.write(metrics.written().decode())
"""


def worker(folder: Path) -> str:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - fixed
        [sys.executable, "-c", _WORKER], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


@pytest.mark.subprocess
def test_workers_add_up_and_the_dead_are_forgotten(tmp_path: Path) -> None:
    counted = 'imr_requests_total{method="GET",route="/api/items",status="200"}'
    first, second = worker(tmp_path), worker(tmp_path)
    assert f"{counted} 1.0" in first
    # The first worker is gone: what it counted stays, its queue does not.
    assert f"{counted} 2.0" in second
    assert "imr_queue_length 2.0" in second
    forget_the_dead(tmp_path)
    assert list(tmp_path.glob("gauge_live*")) == []
    assert len(list(tmp_path.glob("counter_*"))) == 2
