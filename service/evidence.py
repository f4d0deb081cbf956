"""Evidence packs: verbatim quotes for and against, cited, within a token budget."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

import msgspec

from config.settings import EvidenceSettings
from indexer.index import ItemKey
from indexer.records import Reason, Record
from service.cite import NOTICE, citation_of, header
from service.context import BETWEEN, block
from service.coverage import is_precedent
from service.decided import Decided
from service.deciding import deciding_quote
from service.group import Group
from service.outcomes import Shown
from service.records import Citation, Coverage, EvidencePack, Position, Quote, RequestEvidence
from service.sayings import Sayings
from service.tokens import count_tokens

_SUPPORTS = {"grant": "overturned", "deny": "upheld"}
# Quotes of one letter on one side, while other letters have something to say.
_OF_ONE_LETTER = 2

# An item with its letter: read only for what is quoted.
DecidedAt = Callable[[ItemKey], Decided]
# The reasons of an item, as the index holds them.
ReasonsOf = Callable[[ItemKey], Sequence[Reason]]

# A quote's determination, start and end.
_Place = tuple[str, int, int]


class RequestFindings(Record, frozen=True):
    """What was found for one requested item, before a budget.

    `known` says that its treatment is known, `least_similarity` how similar a decision must be to be quoted where it is
    not.
    """

    text: str
    known: bool
    least_similarity: float
    coverage: Coverage
    shown: Shown
    groups: tuple[Group, ...]


class _Source(NamedTuple):
    """Where letters and reasons are read."""

    decided: DecidedAt
    reasons: ReasonsOf


class _Chosen(Record, frozen=True):
    """A quote that may be cited, without its marker; `request` is the index of the requested item."""

    request: int
    supporting: bool
    quote: Quote
    cited: str


def considered(groups: Sequence[Group], most: int) -> tuple[Group, ...]:
    """Return the best groups, and the best of an outcome that has none among them, so that both sides are heard."""
    best = tuple(groups[:most])
    outcomes = {group.first.facts.outcome for group in best}
    return best + tuple(group for group in groups[most:] if group.first.facts.outcome not in outcomes)[:1]


def assemble(
    findings: Sequence[RequestFindings],
    settings: EvidenceSettings,
    *,
    max_tokens: int,
    encoding: str,
    position: Position,
    decided: DecidedAt,
    reasons: ReasonsOf = lambda _: (),
) -> EvidencePack:
    """Choose quotes and write the pack.

    Quotes are added best first, the two sides and the requested items in turn, as long as the whole context keeps
    within the budget by tiktoken's own count; a quote is never cut. A quote that answers several requested items
    stands in the context once and keeps its marker in each. `service.verify.verified` is its way out.

    Raises:
        RequestFault: the encoding is unknown.
    """
    count_tokens("", encoding)
    source = _Source(decided, reasons)
    chosen = list(
        _in_turn([list(_choose(number, found, settings, position, source)) for number, found in enumerate(findings)])
    )
    kept: list[_Chosen] = []
    markers: dict[_Place, int] = {}
    blocks: list[str] = []
    tokens = closed = 0
    for candidate in chosen:
        place = _place(candidate.quote)
        marked = _marked(candidate, markers.get(place, len(markers) + 1))
        if place not in markers:
            written = _block(marked)
            size = count_tokens(written, encoding)
            if closed + size > max_tokens:
                continue
            markers[place] = marked.quote.marker
            tokens = closed + size
            # No token reaches over a blank line into a block, so that counts of blocks make the count of the whole.
            closed += count_tokens(f"{written}{BETWEEN}", encoding)
            blocks.append(written)
        kept.append(marked)
    return EvidencePack(
        requests=tuple(_request(number, found, kept) for number, found in enumerate(findings)),
        context=BETWEEN.join(blocks),
        tokens=tokens,
        citations=tuple({candidate.quote.marker: _citation(candidate.quote) for candidate in kept}.values()),
        omitted=len({_place(candidate.quote) for candidate in chosen}) - len(markers),
        notice=NOTICE,
        position=position,
    )


def _choose(
    request: int,
    found: RequestFindings,
    settings: EvidenceSettings,
    position: Position,
    source: _Source,
) -> Iterator[_Chosen]:
    """Return the quotes for one requested item, the sides in turn; nothing where the index holds nothing close.

    No quote of a side says what another has said, and a letter is heard twice on a side before others had their turn.
    """
    if found.coverage == "none":
        return
    close = [
        group for group in found.groups if is_precedent(group.first, known=found.known, least=found.least_similarity)
    ]
    sides: dict[bool, list[_Chosen]] = {True: [], False: []}
    said = {True: Sayings(), False: Sayings()}
    for group in _spread(close):
        supporting = group.first.facts.outcome == _SUPPORTS[position]
        if len(sides[supporting]) >= settings.quotes_per_side:
            continue
        candidate = _quoted(request, group, found.text, settings, source, supporting=supporting)
        if said[supporting].is_new(candidate.quote.quote):
            sides[supporting].append(candidate)
    for pair in zip_longest(sides[True], sides[False]):
        yield from (candidate for candidate in pair if candidate is not None)


def _spread(groups: Sequence[Group]) -> list[Group]:
    """Return the groups, best first, but a letter's third and later ones of an outcome after those of all others."""
    heard: Counter[tuple[str, str]] = Counter()
    first: list[Group] = []
    later: list[Group] = []
    for group in groups:
        voice = (group.first.key.determination_id, group.first.facts.outcome)
        heard[voice] += 1
        (later if heard[voice] > _OF_ONE_LETTER else first).append(group)
    return first + later


def _quoted(
    request: int,
    group: Group,
    asked: str,
    settings: EvidenceSettings,
    source: _Source,
    *,
    supporting: bool,
) -> _Chosen:
    determination, item = source.decided(group.first.key)
    place = deciding_quote(item, source.reasons(group.first.key), asked, settings.quote_sentences)
    cited = citation_of(determination, item, place.start, place.end)
    quote = Quote(**msgspec.structs.asdict(cited), score=round(group.first.score, 6), duplicates=group.duplicates)
    return _Chosen(request=request, supporting=supporting, quote=quote, cited=header(determination, item, quote.page))


def _place(quote: Quote) -> _Place:
    return quote.determination_id, quote.start, quote.end


def _in_turn(lists: Sequence[Sequence[_Chosen]]) -> Iterator[_Chosen]:
    """Take from each list in turn, so that no requested item uses up the budget before the next is heard."""
    return (candidate for candidate in chain.from_iterable(zip_longest(*lists)) if candidate is not None)


def _marked(candidate: _Chosen, marker: int) -> _Chosen:
    return msgspec.structs.replace(candidate, quote=msgspec.structs.replace(candidate.quote, marker=marker))


def _block(candidate: _Chosen) -> str:
    return block(candidate.quote.marker, candidate.cited, candidate.quote.quote)


def _request(number: int, found: RequestFindings, kept: Sequence[_Chosen]) -> RequestEvidence:
    mine = [candidate for candidate in kept if candidate.request == number]
    return RequestEvidence(
        text=found.text,
        coverage=found.coverage,
        outcomes=found.shown.outcomes,
        supporting=tuple(candidate.quote for candidate in mine if candidate.supporting),
        contrary=tuple(candidate.quote for candidate in mine if not candidate.supporting),
        by_year=found.shown.by_year,
        by_specialty=found.shown.by_specialty,
    )


def _citation(quote: Quote) -> Citation:
    return Citation(**{name: getattr(quote, name) for name in Citation.__struct_fields__})
