"""The filters beside the results, each value with how many decisions have it."""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from indexer.filters import Filters
from indexer.reasonlist import reason_labels
from indexer.records import Record
from service.ledger import Ledger
from service.records import Precedent
from service.selection import Selection
from service.tallies import FacetValue

_Field = Literal["outcome", "treatment", "body_region", "specialty", "reason", "guideline"]
_LEGENDS: dict[_Field, str] = {
    "outcome": "Outcome",
    "treatment": "Treatment",
    "body_region": "Body region",
    "specialty": "Reviewer's specialty",
    "reason": "Reason given",
    "guideline": "Relied on",
}
# The others are folded until something is chosen in them.
_OPEN = frozenset({"outcome", "treatment", "body_region"})
_AUTHORITIES = frozenset({"mtus", "acoem", "odg"})
_SHOWN = 8
_COUNTED = 1000


class Choice(Record, frozen=True):
    """A value of a filter; `count` decisions pass with it and the other filters."""

    value: str
    label: str
    count: int
    chosen: bool


class Narrowing(Record, frozen=True):
    """A filter with the values to choose from: what is chosen, then what the results have, then the most frequent."""

    field: str
    legend: str
    choices: tuple[Choice, ...]
    open: bool


def narrowings(ledger: Ledger, filters: Filters, results: Sequence[Precedent]) -> tuple[Narrowing, ...]:
    """Return the filters for some results.

    Args:
        ledger: counts the decisions.
        filters: what is chosen; in each list the other filters count, not its own.
        results: what was found, whose values come first.
    """
    return tuple(_narrowing(ledger, filters, results, field) for field in _LEGENDS)


def _narrowing(ledger: Ledger, filters: Filters, results: Sequence[Precedent], field: _Field) -> Narrowing:
    others = msgspec.structs.replace(filters, **{field: ()})
    counted = ledger.facets(Selection(filters=others), (field,), limit=_COUNTED).facets[0].values
    chosen = {value.casefold() for value in getattr(filters, field)}
    near = {value.casefold() for one in results for value in _values(one, field)}

    def place(value: FacetValue) -> tuple[bool, bool, int]:
        name = (value.value or "").casefold()
        return name not in chosen, name not in near, -value.count

    ordered = sorted((value for value in counted if value.value), key=place)
    return Narrowing(
        field=field,
        legend=_LEGENDS[field],
        choices=tuple(
            Choice(
                value=value.value or "",
                label=_label(field, value.value or ""),
                count=_passing(ledger, others, value) if field == "guideline" else value.count,
                chosen=(value.value or "").casefold() in chosen,
            )
            for value in ordered[: max(_SHOWN, len(chosen))]
        ),
        open=field in _OPEN or bool(chosen),
    )


def _passing(ledger: Ledger, others: Filters, value: FacetValue) -> int:
    """Count what a guideline's filter lets pass: it also finds longer titles that hold its words."""
    filters = msgspec.structs.replace(others, guideline=(value.value or "",))
    return ledger.facets(Selection(filters=filters), ()).count


def _label(field: _Field, value: str) -> str:
    if field == "reason":
        return reason_labels().get(value, value)
    return value.upper() if field == "guideline" and value in _AUTHORITIES else value


def _values(precedent: Precedent, field: _Field) -> Iterator[str]:
    match field:
        case "outcome":
            yield precedent.outcome
        case "treatment":
            yield from (treatment.concept for treatment in precedent.treatments)
        case "body_region":
            yield from precedent.body_regions
        case "specialty":
            yield from precedent.specialties
        case "reason":
            yield from precedent.matched.reasons
        case "guideline":
            yield from (cited.authority for cited in precedent.citations)
