"""How a line of the log is written, and that no value of an exception gets into one."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from config.settings import load_settings
from service.web import logs

CANARY = "zebrafinch"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards with our own."""
    loggers = [logging.getLogger(name) for name in ("", *logs.OURS)]
    before = [(one, one.level, one.handlers[:]) for one in loggers]
    yield loggers[0]
    for one, level, handlers in before:
        one.setLevel(level)
        one.handlers[:] = handlers


def written(record: logging.LogRecord, *, as_json: bool = True) -> str:
    return logs.formatter(as_json=as_json).format(record)


def failed(name: str) -> logging.LogRecord:
    """Return the record of a failure whose exception holds the canary."""
    try:
        int(CANARY)
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    return logging.LogRecord(name, logging.ERROR, __file__, 1, "it failed", None, told)


def test_a_line_holds_what_was_said() -> None:
    record = logging.LogRecord("service.web.requests", logging.INFO, __file__, 1, "request", None, None)
    record.said = {"status": 200, "route": "/api/search"}
    line = json.loads(written(record))
    assert (line["event"], line["level"], line["logger"]) == ("request", "info", "service.web.requests")
    assert (line["status"], line["route"]) == (200, "/api/search")
    assert line["timestamp"].endswith("Z")
    assert "/api/search" in written(record, as_json=False)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio", "service.web.errors"])
def test_an_exception_is_reduced_to_its_kind_and_way(name: str, *, as_json: bool) -> None:
    line = written(failed(name), as_json=as_json)
    assert CANARY not in line
    assert "ValueError at test_logs.py:" in line


def test_why_an_index_cannot_be_opened_is_told_whole() -> None:
    line = json.loads(written(failed("service.web.readiness")))
    assert "ValueError: " in line["exception"]
    assert CANARY in line["exception"]


def test_libraries_speak_from_warnings_on(root: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    logs.set_up_logs(load_settings(flags={"server": {"log_level": "debug"}}).server)
    assert len(root.handlers) == 1
    logging.getLogger("service.web.requests").debug("ours")
    logging.getLogger("sentence_transformers").info("theirs")
    logging.getLogger("sentence_transformers").warning("warned")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["ours", "warned"]


@pytest.mark.parametrize(
    ("form", "terminal", "as_json"),
    [("json", True, True), ("console", False, False), ("auto", True, False), ("auto", False, True)],
)
def test_lines_are_json_where_nobody_reads_along(
    monkeypatch: pytest.MonkeyPatch, form: str, *, terminal: bool, as_json: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert logs.is_json(load_settings(flags={"server": {"log_format": form}}).server) is as_json
