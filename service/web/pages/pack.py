"""What the page of an evidence pack shows: both sides of each item asked for, each quote in or out."""

from collections.abc import Callable

from indexer.records import Record
from service.records import EvidencePack, Quote, RequestEvidence
from service.web.pages.results import COVERAGE, link_of

_SIDES = {"grant": ("overturned", "upheld"), "deny": ("upheld", "overturned")}


class QuoteShown(Record, frozen=True):
    """A quote; `name` is what its checkbox sends."""

    quote: Quote
    name: str
    kept: bool
    link: str
    lines: tuple[str, ...]


class Side(Record, frozen=True):
    """The quotes of one side."""

    name: str
    outcome: str
    quotes: tuple[QuoteShown, ...]


class RequestShown(Record, frozen=True):
    """The evidence for one item asked for."""

    evidence: RequestEvidence
    coverage: str
    sides: tuple[Side, ...]


def name_of(request: int, quote: Quote) -> str:
    """Return what stands for a quote in a form: one that answers two items asked for is chosen for each."""
    return f"{request}/{quote.determination_id}:{quote.start}-{quote.end}"


def shown(pack: EvidencePack, keep: Callable[[int, Quote], bool]) -> tuple[RequestShown, ...]:
    """Return what is shown of a whole pack."""
    return tuple(_request(number, one, pack, keep) for number, one in enumerate(pack.requests))


def _request(
    number: int, evidence: RequestEvidence, pack: EvidencePack, keep: Callable[[int, Quote], bool]
) -> RequestShown:
    def of_side(quotes: tuple[Quote, ...]) -> tuple[QuoteShown, ...]:
        return tuple(
            QuoteShown(
                quote=quote,
                name=name_of(number, quote),
                kept=keep(number, quote),
                link=link_of(quote),
                lines=tuple(line for line in quote.quote.splitlines() if line.strip()),
            )
            for quote in quotes
        )

    for_it, against_it = _SIDES[pack.position]
    return RequestShown(
        evidence=evidence,
        coverage=COVERAGE[evidence.coverage],
        sides=(
            Side(name="Supporting", outcome=for_it, quotes=of_side(evidence.supporting)),
            Side(name="Contrary", outcome=against_it, quotes=of_side(evidence.contrary)),
        ),
    )
