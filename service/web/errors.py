"""Every failure as one JSON object with one line.

A failure of the program says and logs nothing of the request: an exception's message or traceback may hold
its text, so the log gets the exception's type and the lines of code it went through, and no values.
"""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    TooManyRequestsException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.openapi import ResponseSpec

from config.errors import Fault, IndexFault, NotFound, SettingsFault
from indexer.records import Record
from service.access.audit import AuditFault
from service.web.limiter import Busy
from service.web.readiness import NotReady
from service.web.wording import explain_invalid

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
# What any request may be answered.
_ANY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR)
# What any request with a body may be answered besides.
BODY = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
_FRAMES_LOGGED = 6
# The first that fits counts; any other exception is a failure of the program.
_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (NotReady, UNAVAILABLE),
    (Busy, UNAVAILABLE),
    (NotFound, HTTPStatus.NOT_FOUND),
    (IndexFault, UNAVAILABLE),
    (AuditFault, UNAVAILABLE),
    (SettingsFault, HTTPStatus.INTERNAL_SERVER_ERROR),
    (Fault, HTTPStatus.BAD_REQUEST),
)
_DESCRIPTIONS = {
    HTTPStatus.BAD_REQUEST: "The request is malformed or out of range",
    HTTPStatus.UNAUTHORIZED: "Keys are in use, and none was sent, or one that is unknown, revoked or expired",
    HTTPStatus.NOT_FOUND: "There is no such determination",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time; the connection is closed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of a kind that is not read",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests in a minute; Retry-After says when to come back",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The program failed; nothing is said of the request",
    UNAVAILABLE: "Not ready, or too busy; Retry-After says when to come back",
}


class Problem(Record, frozen=True, omit_defaults=True):
    """The answer to a request that failed."""

    status_code: int
    detail: str
    extra: dict[str, Any] | None = None


def declared(*statuses: HTTPStatus) -> dict[int, ResponseSpec]:
    """Return what a handler declares in OpenAPI: these statuses, 401, 429 and 500, each with a `Problem`."""
    return {
        status.value: ResponseSpec(data_container=Problem, description=_DESCRIPTIONS[status], generate_examples=False)
        for status in (*statuses, *_ANY)
    }


def answer_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer any exception; registered for all of them."""
    if isinstance(error, HTTPException):
        status, detail = HTTPStatus(error.status_code), _http_detail(request, error)
    else:
        status, detail = _status(error), error.without_given if isinstance(error, Fault) else str(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = "the program failed"
    if status is HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, IndexFault | AuditFault):
        _log(request.scope, error)
    return Response(
        Problem(status_code=status.value, detail=detail),
        status_code=status.value,
        headers=_headers(status, error),
        media_type=MediaType.JSON,
    )


def _status(error: Exception) -> HTTPStatus:
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def _headers(status: HTTPStatus, error: Exception) -> dict[str, str]:
    if status is UNAVAILABLE:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if isinstance(error, TooManyRequestsException):
        counted = error.headers or {}
        return {**counted, "Retry-After": counted.get("RateLimit-Reset", str(RETRY_AFTER_SECONDS))}
    if status is HTTPStatus.REQUEST_TIMEOUT:
        return {"Connection": "close"}
    if isinstance(error, NotAuthorizedException):
        return {"WWW-Authenticate": "Bearer"}
    return {"Allow": _allowed(error)} if isinstance(error, MethodNotAllowedException) else {}


def _allowed(error: MethodNotAllowedException) -> str:
    """Return the methods of an address in a fixed order; Litestar keeps them in a set."""
    return ", ".join(sorted((error.headers or {}).get("allow", "").split(", ")))


def _http_detail(request: Request[Any, Any, Any], error: HTTPException) -> str:
    """Return one line for an exception of Litestar's own; its detail may hold the address with the query."""
    if isinstance(error, ValidationException):
        return _validation_detail(error)
    if isinstance(error, RequestEntityTooLarge):
        return f"the body is larger than {request.route_handler.resolve_request_max_body_size()} bytes"
    if isinstance(error, MethodNotAllowedException):
        return f"method not allowed; allowed: {_allowed(error)}"
    if isinstance(error, NotFoundException):
        return "nothing is served at this address"
    if isinstance(error, TooManyRequestsException):
        return "too many requests in this minute; Retry-After says when to come back"
    return " ".join(error.detail.split())


def _validation_detail(error: ValidationException) -> str:
    complaints = error.extra if isinstance(error.extra, list) else []
    if any(said.get("key") == "data" for said in complaints):
        return "the request has no body; a JSON object is expected"
    lines = [explain_invalid(f"{said['message']} - at `$.{said.get('key', '')}`") for said in complaints]
    return "; ".join(lines) or "the request cannot be used"


def _log(scope: Mapping[str, Any], error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_LOGGED:]
    way = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    logger.error("%s %s: %s at %s", scope["method"], scope.get("path_template", "?"), type(error).__name__, way)
