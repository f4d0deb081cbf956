"""One clear line for whatever msgspec says, and nothing of what was sent."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.requests import EvidenceRequest
from service.web.wording import explain_invalid, explain_malformed

CANARY = "zebrafinch"
FIELDS = ("text", "filters", "max_tokens", "encoding", "position", CANARY)
FILTERS = ("outcome", "treatment", "decision_from", "exclude_cases", f"{CANARY} of the neck")
VALUES = st.recursive(
    st.sampled_from([None, True, 1, -1.5, "", CANARY, f"2020-{CANARY}"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*FILTERS, CANARY]), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("Object missing required field `text`", "text is missing"),
        ("Object missing required field `a` - at `$.filters`", "filters.a is missing"),
        ("Object contains unknown field `lim` - at `$.filters`", "unknown field filters.lim"),
        ("Object contains unknown field `a b`", "unknown field in the request"),
        ("Object contains unknown field `a\nb` - at `$.filters`", "unknown field in filters"),
        ("Object contains unknown field `x` - at `$.y` - at `$.z`", "unknown field in z"),
        ("Invalid enum value 'x' - at `$.position`", "position must be 'grant' or 'deny'"),
        ("Invalid enum value 'x' - at `$.colour`", "colour is not one of its values"),
        ("Invalid RFC3339 encoded date - at `$.filters.decision_to`", "filters.decision_to must be a date, YYYY-MM-DD"),
        ("Expected `int` <= 100 - at `$.limit`", "limit: expected int <= 100"),
        ("Expected `object`, got `array`", "the request: expected object, got array"),
        ("Number out of range - at `$.limit`", "limit: number out of range"),
        ("Something new about 'x' - at `$.text`", "text has a value that cannot be used"),
        ("", "the request has a value that cannot be used"),
    ],
)
def test_explains(said: str, line: str) -> None:
    assert explain_invalid(said) == line


@given(body=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4) | VALUES)
def test_no_value_is_ever_repeated(body: Any) -> None:
    try:
        msgspec.json.decode(json.dumps(body), type=EvidenceRequest)
    except msgspec.ValidationError as error:
        line = explain_invalid(str(error))
        assert CANARY not in line.replace(f"unknown field {CANARY}", "").replace(f"unknown field filters.{CANARY}", "")
        assert "\n" not in line
        assert "`" not in line


@given(content=st.binary(max_size=30).map(lambda noise: b'{"text": "' + CANARY.encode() + noise))
def test_nothing_of_a_malformed_body_is_repeated(content: bytes) -> None:
    try:
        msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        line = explain_malformed(error)
        assert line.startswith("the body is not ")
        assert CANARY not in line


def test_nesting_is_explained() -> None:
    with pytest.raises(RecursionError) as caught:
        msgspec.json.decode(b"[" * 100_000)
    assert explain_malformed(caught.value) == "the body is JSON nested too deeply"
