"""Several workers: how they share the cores; tests/integration/operations runs real ones."""

import os

import pytest

from config.settings import Settings, load_settings
from service.web import workers


def settings_for(count: int, threads: int) -> Settings:
    return load_settings(flags={"server": {"workers": count}, "model": {"threads": threads}})


@pytest.mark.parametrize(
    ("count", "threads", "each"), [(2, 0, 4), (3, 0, 2), (8, 0, 1), (16, 0, 1), (2, 3, 3)], ids=str
)
def test_cores_are_shared_out_unless_threads_are_set(
    monkeypatch: pytest.MonkeyPatch, count: int, threads: int, each: int
) -> None:
    monkeypatch.setattr(workers, "available_cores", lambda: 8)
    assert workers.threads_each(settings_for(count, threads)) == each


def test_a_worker_that_cannot_open_says_why_and_ends_so_that_no_other_is_started(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr("service.web.logs.set_up_logs", lambda _: None)
    app = workers.worker_app(settings_for(2, 1))
    app.state.readiness.on_failure(RuntimeError("damaged"))
    assert ended == [workers.STARTUP_FAILURE]
    assert "damaged" in caplog.text
