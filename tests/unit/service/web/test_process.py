"""What a process of its own is set up with; tests/integration/operations runs real ones."""

import signal
import threading

import pytest

from config.settings import Settings, load_settings
from service.web.app import create_app
from service.web.generations import settle
from service.web.process import SPARE_SECONDS, orderly, quiet_end, uvicorn_options
from tests.support.fake_service import FakeService


@pytest.fixture
def settings() -> Settings:
    return load_settings(flags={"server": {"shutdown_seconds": 7}})


def test_requests_have_their_time_to_finish_and_uvicorn_logs_no_address(settings: Settings) -> None:
    options = uvicorn_options(settings.server)
    assert options["timeout_graceful_shutdown"] == 7
    assert (options["access_log"], options["log_config"], options["server_header"]) == (False, None, False)


def test_signals_reach_the_application_once_it_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings, FakeService())
    stopped: list[int] = []
    timers: list[tuple[float, bool]] = []

    class Timer(threading.Thread):
        def __init__(self, seconds: float, *_: object) -> None:
            super().__init__()
            self.seconds = seconds

        def start(self) -> None:
            timers.append((self.seconds, self.daemon))

    monkeypatch.setattr(threading, "Timer", Timer)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
        assert orderly(app, settings.server) is app
        assert app.state.readiness.generations.on_open is settle
        app.on_startup[-1]()  # type: ignore[call-arg]
        signal.raise_signal(signal.SIGTERM)
        assert stopped == [signal.SIGTERM]
        assert timers == [(7 + SPARE_SECONDS, True)]
        asked: list[bool] = []
        monkeypatch.setattr(app.state.readiness.reloader, "ask", lambda: asked.append(True))
        signal.raise_signal(signal.SIGHUP)
        assert asked == [True]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_signal_that_is_raised_again_after_an_orderly_end_does_nothing() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with quiet_end():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_no_signal_is_touched(settings: Settings) -> None:
    app = orderly(create_app(settings, FakeService()), settings.server)
    before = signal.getsignal(signal.SIGTERM)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with quiet_end():
                app.on_startup[-1]()  # type: ignore[call-arg]
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    other = threading.Thread(target=work)
    other.start()
    other.join()
    assert failed == []
    assert signal.getsignal(signal.SIGTERM) is before
