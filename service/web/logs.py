"""How the log is written: lines of JSON for a machine, coloured lines for a person at a terminal.

Every module logs with Python's own logging; here structlog writes it out. Libraries speak from warnings on only: what
they say in detail may hold a request's text. For the same reason an exception that somebody else logs is reduced to its
kind and the lines of code that it went through.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import ServerSettings

# Our own loggers, which hold no request's text.
OURS = ("config", "indexer", "service", "imr")
# Whose exceptions are written out whole: they tell of opening an index, and know no request.
_WHOLE = ("service.web.readiness",)
_FRAMES = 6


def set_up_logs(settings: ServerSettings) -> None:
    """Write the log to standard error from here on, in the form and from the level that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(as_json=is_json(settings)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())


def is_json(settings: ServerSettings) -> bool:
    """Whether lines of JSON are written: where it is asked for, or where nobody reads along."""
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def formatter(*, as_json: bool) -> logging.Formatter:
    """Return what writes a record of the log as one line."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _what_was_said,
        _without_values,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    whole: list[Processor] = [structlog.processors.format_exc_info] if as_json else []
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *whole, last],
    )


def _what_was_said(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the fields of our own lines (`extra={"said": ...}`)."""
    record = event.get("_record")
    said: dict[str, Any] = getattr(record, "said", {})
    return {**event, **said}


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Reduce an exception to its kind and its way, unless it cannot hold a request's text."""
    record = event.get("_record")
    told = getattr(record, "exc_info", None) or event.get("exc_info")
    if not isinstance(told, tuple) or getattr(record, "name", "") in _WHOLE:
        return event
    kind, _, trace = told
    event.pop("exc_info", None)
    event["exception"] = f"{kind.__name__ if kind else '?'} at {way(traceback.extract_tb(trace))}"
    return event


def way(frames: traceback.StackSummary) -> str:
    """Return the last lines of code of a traceback, without values."""
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-_FRAMES:])
