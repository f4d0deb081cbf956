"""The gate: what is not in the index, word for word, does not leave."""

from typing import Any

import msgspec
import pytest

from config.errors import IndexFault
from service.cite import header
from service.context import block
from service.records import Citation, EvidencePack
from service.verify import verified, verify_citation
from tests.support.fake_index import Decided, FakeIndex, letter

LETTER = letter(
    "CM20-1-aa",
    "CM20-1",
    Decided("Tramadol", "The record shows no gain. It is not necessary."),
    Decided("Sling", "A sling is in order.", outcome="overturned"),
)
INDEX = FakeIndex(LETTER)
RATIONALE = LETTER.items[0].rationale
CITATION = Citation(
    marker=1,
    determination_id=LETTER.id,
    text_sha256=LETTER.text_sha256,
    case_number="CM20-1",
    item=1,
    outcome="upheld",
    page=None,
    start=RATIONALE.start,
    end=RATIONALE.start + len("The record shows no gain."),
    quote="The record shows no gain.",
)
HEADER = header(LETTER, LETTER.items[0], None)


def pack(citation: Citation, context: str | None = None) -> EvidencePack:
    written = block(1, HEADER, citation.quote) if context is None else context
    return EvidencePack(requests=(), context=written, tokens=1, citations=(citation,), omitted=0, notice="")


def changed(**fields: Any) -> Citation:
    return msgspec.structs.replace(CITATION, **fields)


def test_a_true_citation_passes() -> None:
    assert verify_citation(INDEX, CITATION).reasons == ()
    assert verified(pack(CITATION), INDEX) == pack(CITATION)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"determination_id": "CM20-2-aa"}, "no such determination"),
        ({"text_sha256": "0" * 64}, "text_sha256"),
        ({"start": -5}, "outside the text"),
        ({"end": 10**9}, "outside the text"),
        ({"start": CITATION.start + 1}, "not what stands"),
        ({"quote": "The record shows a gain."}, "not what stands"),
        ({"item": 2}, "of item 1, not 2"),
        ({"outcome": "overturned"}, "the outcome is upheld"),
        ({"case_number": "CM20-9"}, "the case number is CM20-1"),
        ({"page": 3}, "the page is not known"),
    ],
)
def test_whatever_is_altered_is_named_and_never_leaves(fields: dict[str, Any], reason: str) -> None:
    (told,) = verify_citation(INDEX, changed(**fields)).reasons
    assert reason in told
    with pytest.raises(IndexFault, match="index again"):
        verified(pack(changed(**fields)), INDEX)


def test_a_stored_text_that_was_changed_is_never_quoted() -> None:
    damaged = FakeIndex(msgspec.structs.replace(LETTER, text=LETTER.text.replace("necessary", "unneeded!")))
    with pytest.raises(IndexFault, match="not the one that was read"):
        verified(pack(CITATION), damaged)


def test_a_context_that_says_more_than_its_citations_never_leaves() -> None:
    with pytest.raises(IndexFault, match="context"):
        verified(pack(CITATION, "[1] IMR Case No. CM20-1\n~~~\nThe record shows a gain.\n~~~"), INDEX)
