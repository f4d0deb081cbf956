"""What a pack says to a person, as blocks: written once, then rendered as Markdown or as a Word document.

Text is as it stands in the letters and the request; each rendering escapes what its format would read.
"""

from collections.abc import Iterator, Sequence

from indexer.records import Record
from service.cite import attribution
from service.records import Citation, EvidencePack, Outcomes, Quote, RequestEvidence, Tally

_ARGUES = {"overturned": "decisions that overturned the denial", "upheld": "decisions that upheld the denial"}
_SIDES = {"grant": ("overturned", "upheld"), "deny": ("upheld", "overturned")}
_NONE_TOLD = "\u2013"


class Heading(Record, frozen=True):
    """A heading; level 1 is the title."""

    level: int
    text: str


class Paragraph(Record, frozen=True):
    """A paragraph; `notice` is set apart."""

    text: str
    notice: bool = False


class QuoteBlock(Record, frozen=True):
    """A verbatim quote, paragraph by paragraph, and where it stands."""

    paragraphs: tuple[str, ...]
    source: str


class Table(Record, frozen=True):
    """A table with a row of column names; `widths` are the columns' shares of the page, in percent."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | QuoteBlock | Table


def report(pack: EvidencePack) -> tuple[Block, ...]:
    """Return a pack as blocks: each requested item with the record and both sides, then the table of authorities."""
    return (
        Heading(level=1, text="Precedent: Independent Medical Review determinations"),
        Paragraph(text=pack.notice, notice=True),
        *(block for request in pack.requests for block in _request(request, _SIDES[pack.position])),
        *_authorities(pack.citations),
        Paragraph(text=_closing(pack)),
    )


def _request(request: RequestEvidence, sides: tuple[str, str]) -> Iterator[Block]:
    yield Heading(level=2, text=_line(request.text))
    yield Paragraph(text=f"Coverage: {request.coverage}. {_record(request.outcomes)}")
    yield from _tallies("Year", request.by_year)
    yield from _tallies("Reviewer's specialty", request.by_specialty)
    if request.coverage == "none":
        yield Paragraph(text="Nothing in the index is close to this request, so nothing is quoted.")
        return
    for name, outcome, quotes in zip(
        ("Supporting", "Contrary"), sides, (request.supporting, request.contrary), strict=True
    ):
        yield Heading(level=3, text=f"{name}: {_ARGUES[outcome]}")
        yield from map(_quote, quotes)
        if not quotes:
            yield Paragraph(text="None found within the budget.")


def _record(outcomes: Outcomes) -> str:
    if outcomes.cohort is None:
        return "No cohort: the treatment is not known."
    place = f", {outcomes.cohort.body_region}" if outcomes.cohort.body_region else ""
    counted = (
        f"The record for {outcomes.cohort.treatment}{place} ({outcomes.cohort.level}): {outcomes.overturned} of "
        f"{outcomes.n} decisions overturned, from {outcomes.letters} letters"
    )
    how = (
        f"Decisions that say the same count once ({outcomes.as_written} as written); {outcomes.dependent} that stand "
        "or fall with another service are left out."
    )
    if outcomes.overturn_rate is None or outcomes.interval is None:
        return f"{counted}; too few for a rate. {how}"
    wilson = "" if outcomes.wilson is None else f"; if items were independent, {_span(outcomes.wilson)}"
    base = "" if outcomes.base_rate is None else f"; all indexed decisions: {outcomes.base_rate:.1%}"
    return (
        f"{counted}: {outcomes.overturn_rate:.1%} (95% interval {_span(outcomes.interval)}{wilson}{base}). "
        f"Not a prediction. {how}"
    )


def _span(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.1%} to {interval[1]:.1%}"


def _tallies(name: str, tallies: Sequence[Tally]) -> Iterator[Block]:
    if tallies:
        yield Table(
            columns=(name, "Decisions", "Letters", "Overturned", "Rate", "95% interval"),
            widths=(32, 12, 11, 13, 11, 21),
            rows=tuple(_tally(tally) for tally in tallies),
        )


def _tally(tally: Tally) -> tuple[str, ...]:
    return (
        _line(tally.key) if tally.key else "not stated",
        str(tally.n),
        str(tally.letters),
        str(tally.overturned),
        _NONE_TOLD if tally.overturn_rate is None else f"{tally.overturn_rate:.1%}",
        _NONE_TOLD if tally.interval is None else _span(tally.interval),
    )


def _quote(quote: Quote) -> QuoteBlock:
    same = f" (and {len(quote.duplicates)} with the same rationale)" if quote.duplicates else ""
    paragraphs = tuple(_line(line) for line in quote.quote.splitlines() if line.strip())
    source = f"[{quote.marker}] {attribution(quote)}{same}"
    return QuoteBlock(paragraphs=paragraphs, source=source)


def _authorities(citations: Sequence[Citation]) -> Iterator[Block]:
    if not citations:
        return
    yield Heading(level=2, text="Table of authorities")
    yield Table(
        columns=("No.", "Case number", "Item", "Outcome", "Decided", "Page", "Cite as"),
        widths=(6, 16, 23, 12, 12, 6, 25),
        rows=tuple(authority_row(citation) for citation in citations),
    )


def authority_row(citation: Citation) -> tuple[str, ...]:
    """Return a citation's row in the table of authorities."""
    return (
        f"[{citation.marker}]",
        _line(citation.case_number or citation.determination_id),
        f"{citation.item}. {_line(citation.title)}",
        citation.outcome,
        citation.decision_date.isoformat() if citation.decision_date else _NONE_TOLD,
        _NONE_TOLD if citation.page is None else str(citation.page),
        _line(citation.cite_as),
    )


def _closing(pack: EvidencePack) -> str:
    left = f"; {pack.omitted} more quotes did not fit" if pack.omitted else ""
    count = len(pack.citations)
    return f"{count} quote{'' if count == 1 else 's'}, {pack.tokens} tokens{left}."


def _line(text: str) -> str:
    return " ".join(text.split())
