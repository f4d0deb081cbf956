"""Which failure is answered with which status and words."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.exceptions import HTTPException, InternalServerException, TooManyRequestsException, ValidationException
from litestar.testing import RequestFactory

from config.errors import FilterFault, IndexFault, LetterRejected, NotFound, RequestFault, SettingsFault
from service.web.errors import answer_failure
from service.web.limiter import Busy
from service.web.readiness import NotReady

# An application of its own: the factory's default one takes over the root logger.
REQUESTS = RequestFactory(app=Litestar(logging_config=None))


def answer(error: Exception) -> tuple[int, Any, dict[str, str]]:
    response = answer_failure(REQUESTS.get("/"), error)
    assert response.content.status_code == response.status_code
    return response.status_code, response.content.detail, dict(response.headers)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RequestFault("said"), 400),
        (FilterFault("said"), 400),
        (LetterRejected("said"), 400),
        (NotFound("said"), 404),
    ],
)
def test_faults_of_the_caller_are_said(error: Exception, status: int) -> None:
    assert answer(error) == (status, "said", {})


def test_too_many_requests_say_when_to_come_back() -> None:
    line = "too many requests in this minute; Retry-After says when to come back"
    error = TooManyRequestsException(headers={"RateLimit-Reset": "17"})
    assert answer(error) == (429, line, {"RateLimit-Reset": "17", "Retry-After": "17"})
    assert answer(TooManyRequestsException("odd")) == (429, line, {"Retry-After": "5"})


def test_the_caller_s_own_words_are_not_repeated() -> None:
    error = FilterFault("unknown treatment {given} (try another)", given="zebrafinch")
    assert str(error) == "unknown treatment 'zebrafinch' (try another)"
    assert answer(error) == (400, "unknown treatment (try another)", {})


@pytest.mark.parametrize("error", [IndexFault("said"), Busy("said"), NotReady("said")])
def test_states_of_the_server_say_when_to_come_back(error: Exception) -> None:
    assert answer(error) == (503, "said", {"Retry-After": "5"})


@pytest.mark.parametrize(
    "error",
    [SettingsFault("said"), ValueError("said"), HTTPException("said"), InternalServerException("said"), KeyError()],
)
def test_failures_of_the_program_say_nothing(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert answer(error) == (500, "the program failed", {})
    assert type(error).__name__ in caplog.text
    assert "said" not in caplog.text


def test_several_lines_become_one() -> None:
    assert answer(RequestFault("one\n  two"))[1] == "one two"
    assert answer(HTTPException("one\n  two", status_code=400))[1] == "one two"


def test_complaints_about_parameters_become_one_line_without_the_address() -> None:
    error = ValidationException(
        "Validation failed for GET /api/items?q=secret",
        extra=[
            {"key": "limit", "message": "Expected `int`, got `str`", "source": "query"},
            {"key": "outcome", "message": "Invalid enum value 'secret'"},
        ],
    )
    assert answer(error)[:2] == (400, "limit: expected int, got str; outcome must be 'upheld' or 'overturned'")
    assert answer(ValidationException("GET /?q=secret"))[:2] == (400, "the request cannot be used")
