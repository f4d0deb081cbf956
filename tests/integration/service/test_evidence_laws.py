"""What holds of every evidence pack, whatever is asked of the sample index."""

import dataclasses
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.letters.records import disputed
from eval.letters.source import load_samples
from service.precedents import PrecedentService
from service.records import EvidencePack, Quote
from service.tokens import ENCODINGS, count_tokens
from tests.support.context import read_context

SAMPLES = load_samples()
TITLES = [disputed(item) for letter in SAMPLES for item in letter.items]
REQUESTS = st.one_of(
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(TITLES), min_size=2, max_size=4).map("\n".join),
    st.sampled_from([letter.summary for letter in SAMPLES]),
    st.builds(
        "{}\n\nWe are requesting authorization for {}.".format,
        st.sampled_from([letter.summary for letter in SAMPLES]),
        st.sampled_from(TITLES),
    ),
    st.text(min_size=1).filter(str.strip),
)


@dataclasses.dataclass
class Tally:
    """How much the laws were tried on: a law that only ever saw empty packs would hold of anything."""

    quotes: int = 0
    omitted: int = 0
    sides: set[str] = dataclasses.field(default_factory=set)


@pytest.fixture(scope="module")
def tally() -> Any:
    counted = Tally()
    yield counted
    assert counted.quotes > 50
    assert counted.omitted > 10
    assert counted.sides == {"supporting", "contrary"}


@given(REQUESTS, st.integers(1, 5000), st.sampled_from(ENCODINGS), st.sampled_from(["grant", "deny"]))
def test_every_pack_keeps_its_promises(
    sample_service: PrecedentService, tally: Tally, text: str, budget: int, encoding: str, position: Any
) -> None:
    pack = sample_service.evidence(text, max_tokens=budget, encoding=encoding, position=position)
    _count(pack, tally)
    assert count_tokens(pack.context, encoding) == pack.tokens <= budget
    assert pack.omitted >= 0
    _blocks_are_the_citations(pack)
    for request in pack.requests:
        wanted = "overturned" if position == "grant" else "upheld"
        assert {quote.outcome for quote in request.supporting} <= {wanted}
        assert wanted not in {quote.outcome for quote in request.contrary}
        if request.coverage == "none":
            assert (request.supporting, request.contrary) == ((), ())
        words = [" ".join(quote.quote.split()) for quote in (*request.supporting, *request.contrary)]
        assert len(words) == len(set(words))
        for quote in (*request.supporting, *request.contrary):
            _is_verbatim(quote, sample_service)
    again = sample_service.evidence(text, max_tokens=budget, encoding=encoding, position=position)
    assert msgspec.json.encode(pack) == msgspec.json.encode(again)


def _count(pack: EvidencePack, tally: Tally) -> None:
    tally.quotes += len(pack.citations)
    tally.omitted += pack.omitted
    tally.sides |= {side for side in ("supporting", "contrary") for one in pack.requests if getattr(one, side)}


def _blocks_are_the_citations(pack: EvidencePack) -> None:
    """Markers 1 to n, one to one: citations, blocks of the context and quotes of the requests; each place once."""
    blocks = read_context(pack.context)
    assert [citation.marker for citation in pack.citations] == list(range(1, len(blocks) + 1))
    assert [(block.marker, block.quote) for block in blocks] == [(one.marker, one.quote) for one in pack.citations]
    assert len({(one.determination_id, one.start, one.end) for one in pack.citations}) == len(pack.citations)
    quoted: dict[int, dict[str, Any]] = {}
    for request in pack.requests:
        for quote in (*request.supporting, *request.contrary):
            place = {name: getattr(quote, name) for name in type(pack.citations[0]).__struct_fields__}
            assert quoted.setdefault(quote.marker, place) == place
    assert [quoted[marker] for marker in sorted(quoted)] == [msgspec.structs.asdict(one) for one in pack.citations]


def _is_verbatim(quote: Quote, service: PrecedentService) -> None:
    determination = service.determination(quote.determination_id)
    item = determination.item(quote.item)
    assert item
    assert item.rationale.start <= quote.start < quote.end <= item.rationale.end
    assert quote.quote == determination.text[quote.start : quote.end]
    assert quote.outcome == item.outcome
    assert (quote.text_sha256, quote.case_number) == (determination.text_sha256, determination.case_number)


@settings(max_examples=30)
@given(st.sampled_from(TITLES))
def test_deny_mirrors_grant(sample_service: PrecedentService, text: str) -> None:
    grant = sample_service.evidence(text, max_tokens=100_000)
    deny = sample_service.evidence(text, max_tokens=100_000, position="deny")
    assert (grant.omitted, deny.omitted) == (0, 0)
    for one, other in zip(grant.requests, deny.requests, strict=True):
        assert [_unmarked(quote) for quote in one.supporting] == [_unmarked(quote) for quote in other.contrary]
        assert [_unmarked(quote) for quote in one.contrary] == [_unmarked(quote) for quote in other.supporting]


@settings(max_examples=30)
@given(st.sampled_from(TITLES), st.integers(1, 2000))
def test_what_does_not_fit_is_counted(sample_service: PrecedentService, text: str, budget: int) -> None:
    whole = sample_service.evidence(text, max_tokens=100_000)
    cut = sample_service.evidence(text, max_tokens=budget)
    assert len(cut.citations) + cut.omitted == len(whole.citations)
    assert {_unmarked(one)[1:] for one in cut.citations} <= {_unmarked(one)[1:] for one in whole.citations}


def _unmarked(quote: Any) -> tuple[Any, ...]:
    return (type(quote).__name__, quote.determination_id, quote.start, quote.end, quote.quote)


def test_every_rationale_of_the_index_can_be_quoted_verbatim(sample_service: PrecedentService) -> None:
    seen = 0
    for title in dict.fromkeys(TITLES):
        pack = sample_service.evidence(title, max_tokens=100_000)
        for citation in pack.citations:
            determination = sample_service.determination(citation.determination_id)
            assert determination.text[citation.start : citation.end] == citation.quote
            seen += 1
    assert seen > len(TITLES)
