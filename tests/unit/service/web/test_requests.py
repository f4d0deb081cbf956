"""Request bodies: defaults, bounds, and text that can be searched for."""

import msgspec
import pytest

from config.errors import RequestFault
from config.settings import load_settings
from indexer.records import Record
from service.web.requests import EvidenceRequest, SearchRequest, checked_text

SETTINGS = load_settings().search.model_copy(update={"max_request_chars": 5})


def test_defaults() -> None:
    assert msgspec.json.decode(b'{"text": "a"}', type=SearchRequest) == SearchRequest(text="a", limit=10)
    evidence = msgspec.json.decode(b'{"text": "a"}', type=EvidenceRequest)
    assert (evidence.max_tokens, evidence.encoding, evidence.position) == (None, None, "grant")


@pytest.mark.parametrize("kind", [SearchRequest, EvidenceRequest])
def test_unknown_fields_are_refused(kind: type[Record]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `query`"):
        msgspec.json.decode(b'{"text": "a", "query": "a"}', type=kind)


@pytest.mark.parametrize(("limit", "fits"), [(0, False), (1, True), (100, True), (101, False), (-1, False)])
def test_limit_bounds(limit: int, *, fits: bool) -> None:
    body = msgspec.json.encode({"text": "a", "limit": limit})
    if fits:
        assert msgspec.json.decode(body, type=SearchRequest).limit == limit
    else:
        with pytest.raises(msgspec.ValidationError, match=r"\$\.limit"):
            msgspec.json.decode(body, type=SearchRequest)


def test_text_is_returned_as_it_is() -> None:
    assert checked_text(" abc ", SETTINGS) == " abc "


@pytest.mark.parametrize(
    ("text", "line"), [("", "blank"), (" \u2003\n", "blank"), ("abcdef", "longer than 5 characters")]
)
def test_text_that_cannot_be_searched_for(text: str, line: str) -> None:
    with pytest.raises(RequestFault, match=line):
        checked_text(text, SETTINGS)
