"""Parameters of a query string: the same record, bounds and lines as a body's, and declared in OpenAPI."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.testing import create_test_client
from msgspec import Meta

from config.errors import RequestFault
from indexer.filters import Filters
from service.web.body import StrictRequest
from service.web.errors import answer_failure
from service.web.methods import read
from service.web.query import documented, filters_of, from_query, parameters, read_query


class Asked(Filters, frozen=True):
    """Filters and what an endpoint adds."""

    limit: Annotated[int, Meta(ge=1, le=100, description="At most.")] = 10
    form: Literal["long", "short"] | None = None
    also: Annotated[tuple[str, ...], Meta(description="More.")] = ()


class Needed(Filters, frozen=True, kw_only=True):
    """A parameter that may not be left out."""

    name: str


def test_lists_are_repeated_parameters() -> None:
    query = b"also=x&treatment=tramadol&treatment=low+back%20x&decision_from=2020-01-02&limit=5&form=short"
    found = read_query(query, Asked)
    assert found == Asked(
        treatment=("tramadol", "low back x"), decision_from=date(2020, 1, 2), limit=5, form="short", also=("x",)
    )
    assert filters_of(found) == Filters(treatment=("tramadol", "low back x"), decision_from=date(2020, 1, 2))
    assert read_query(b"", Asked) == Asked()


@pytest.mark.parametrize(
    ("query", "line"),
    [
        (b"limit=x", "limit: expected int, got str"),
        (b"limit=0", "limit: expected int >= 1"),
        (b"limit=101", "limit: expected int <= 100"),
        (b"limit=1&limit=1", "limit is given more than once"),
        (b"limit=null", "limit has a value that cannot be used"),
        (b"decision_to=null", "decision_to has a value that cannot be used"),
        (b"decision_to=", "decision_to must be a date, YYYY-MM-DD"),
        (b"outcome=upheld&outcome=granted", "outcome[1] must be 'upheld' or 'overturned'"),
        (b"colour=red", "unknown parameter colour"),
        (b"%3Cscript%3E=1", "unknown parameter in the request"),
        (b"treatment=%ff", "the query is not UTF-8 in percent encoding"),
        (b"treatment=\xc3\xa9", "the query is not UTF-8 in percent encoding"),
        (b"&".join([b"treatment=a"] * 1001), "the query has more than 1000 parameters"),
    ],
)
def test_bad_input_is_one_clear_line(query: bytes, line: str) -> None:
    with pytest.raises(RequestFault) as raised:
        read_query(query, Asked)
    assert str(raised.value) == line


def test_a_needed_parameter_is_missed() -> None:
    with pytest.raises(RequestFault, match="name is missing"):
        read_query(b"", Needed)
    assert {told.name: told.required for told in parameters(Needed)}["name"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), max_size=9), st.integers(1, 100))
def test_what_was_encoded_is_read_back(values: list[str], limit: int) -> None:
    query = urlencode({"treatment": values, "limit": limit}, doseq=True).encode()
    assert read_query(query, Asked) == Asked(treatment=tuple(values), limit=limit)


def test_declared_in_openapi() -> None:
    told: dict[str, Any] = {one.name: one.to_schema() for one in parameters(Asked)}
    assert set(told) == set(Asked.__struct_fields__)
    assert told["treatment"]["schema"] == {"type": "array", "items": {"type": "string"}}
    assert told["treatment"]["explode"] is True
    assert sorted(told["outcome"]["schema"]["items"]["enum"]) == ["overturned", "upheld"]
    assert told["decision_from"]["schema"] == {"type": "string", "format": "date"}
    assert told["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}
    assert told["limit"]["description"] == "At most."
    assert sorted(told["form"]["schema"]["enum"]) == ["long", "short"]


@read("/asked", dependencies={"asked": from_query(Asked)}, operation_class=documented(Asked))
async def echo(asked: NamedDependency[SkipValidation[Asked]]) -> Asked:
    return asked


def test_a_handler_takes_and_declares_them() -> None:
    with create_test_client(
        echo,
        request_class=StrictRequest,
        exception_handlers={Exception: answer_failure},
        logging_config=None,  # else Litestar sets up the log of every test after this one
    ) as client:
        answer = client.get("/asked", params={"treatment": ["a", "b"], "limit": 3})
        assert (answer.status_code, answer.json()["treatment"], answer.json()["limit"]) == (200, ["a", "b"], 3)
        refused = client.get("/asked", params={"page": 1})
        assert refused.json() == {"status_code": 400, "detail": "unknown parameter page"}
        declared = client.app.openapi_schema.to_schema()["paths"]["/asked"]["get"]["parameters"]
        assert {one["name"] for one in declared} == set(Asked.__struct_fields__)
