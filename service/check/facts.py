"""What the cited passages hold, for claims in the writer's own words."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from indexer.records import Dates, ItemOutcome
from service.check.folding import words_of
from service.verify import Verified


class Facts(NamedTuple):
    """What one citation holds: the passage and what its item is called, and how it is cited."""

    marker: int
    passage: str
    letter: str
    case_number: str | None
    determination_id: str
    item: int
    page: int | None
    dates: tuple[date, ...]
    outcome: ItemOutcome
    partial: bool


def facts_of(citations: Sequence[Verified]) -> dict[int, Facts]:
    """Return the facts of every citation whose quote is verbatim, by marker."""
    facts: dict[int, Facts] = {}
    for one in citations:
        if one.determination is None or one.item is None:
            continue
        facts[one.citation.marker] = Facts(
            marker=one.citation.marker,
            passage=words_of(f"{one.citation.quote}\n{one.item.heading.text}\n{one.item.title}"),
            letter=" ".join(one.determination.text.split()),
            case_number=one.determination.case_number,
            determination_id=one.determination.id,
            item=one.item.number,
            page=one.determination.page_at(one.citation.start),
            dates=_dates(one.determination.dates),
            outcome=one.item.outcome,
            partial=one.determination.outcome == "partially_overturned",
        )
    return facts


def _dates(dates: Dates) -> tuple[date, ...]:
    known = (dates.assigned, dates.injury, dates.decision, dates.ur_denial, dates.application_received)
    return tuple(one for one in known if one is not None)
