"""A pack of which some quotes are left out is still a verified pack."""

from service.chosen import chosen
from service.precedents import PrecedentService
from service.tokens import count_tokens
from service.verify import verified

ENCODING = "o200k_base"
ASKED = "1. Norco 10/325mg #90\n2. MRI of the lumbar spine"


def test_all_kept_is_the_pack_itself(sample_service: PrecedentService) -> None:
    pack = sample_service.evidence(ASKED)
    assert len(pack.citations) > 2
    assert chosen(pack, lambda _number, _quote: True, sample_service.index, ENCODING) == pack


def test_what_is_left_out_is_nowhere(sample_service: PrecedentService) -> None:
    pack = sample_service.evidence(ASKED)
    left = chosen(pack, lambda _number, quote: quote.marker != 1, sample_service.index, ENCODING)
    assert [one.marker for one in left.citations] == [one.marker for one in pack.citations][1:]
    assert "[1] " not in [line[:4] for line in left.context.splitlines()]
    assert left.tokens == count_tokens(left.context, ENCODING) < pack.tokens
    assert verified(left, sample_service.index) == left


def test_a_quote_may_be_kept_for_one_item_alone(sample_service: PrecedentService) -> None:
    pack = sample_service.evidence(ASKED)
    left = chosen(pack, lambda number, _quote: number == 0, sample_service.index, ENCODING)
    assert left.requests[0] == pack.requests[0]
    assert left.requests[1].supporting == left.requests[1].contrary == ()


def test_nothing_may_be_kept(sample_service: PrecedentService) -> None:
    pack = sample_service.evidence(ASKED)
    left = chosen(pack, lambda _number, _quote: False, sample_service.index, ENCODING)
    assert (left.context, left.tokens, left.citations) == ("", 0, ())
