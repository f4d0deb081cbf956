"""Filters as users give them, resolved to the vocabulary's names; an unknown value is refused, never ignored."""

from collections.abc import Callable

from config.errors import FilterFault
from indexer.filters import Filters
from indexer.index import Index
from indexer.parse.normalise import Normaliser
from indexer.reasonlist import reason_labels
from indexer.wording import words_of

_OUTCOMES = ("upheld", "overturned")
_SHOWN = 6


def resolve_filters(filters: Filters, normaliser: Normaliser, index: Index) -> Filters:
    """Return the filters with every value in the spelling the index knows ('Ultram' becomes tramadol).

    Raises:
        FilterFault: a value is neither in the vocabulary nor in the index, or the dates are the wrong way round.
    """
    for outcome in filters.outcome:
        if outcome not in _OUTCOMES:
            raise FilterFault("unknown outcome {given}: one of " + ", ".join(_OUTCOMES), given=outcome)
    if filters.decision_from and filters.decision_to and filters.decision_from > filters.decision_to:
        raise FilterFault(f"decision_from {filters.decision_from} is after decision_to {filters.decision_to}")

    def concept(name: str) -> str | None:
        found = normaliser.concept(name)
        return found.concept if found else None

    return Filters(
        outcome=filters.outcome,
        treatment=_resolved("treatment", filters.treatment, concept, index),
        category=_resolved("category", filters.category, normaliser.category, index),
        body_region=_resolved("body_region", filters.body_region, normaliser.region, index),
        specialty=_resolved("specialty", filters.specialty, normaliser.specialty, index),
        reason=_resolved("reason", filters.reason, _reason, index),
        guideline=tuple(_guideline(value, index) for value in filters.guideline),
        decision_from=filters.decision_from,
        decision_to=filters.decision_to,
        exclude_cases=filters.exclude_cases,
        phrases=tuple(_phrase(value) for value in filters.phrases),
    )


def _reason(value: str) -> str | None:
    """Return the code of a reason, by its name or its label."""
    folded = value.strip().casefold()
    return next((name for name, label in reason_labels().items() if folded in {name, label.casefold()}), None)


def _resolved(
    field: str,
    values: tuple[str, ...],
    known: Callable[[str], str | None],
    index: Index,
) -> tuple[str, ...]:
    return tuple(known(value) or _indexed(field, value, index) for value in values)


def _indexed(field: str, value: str, index: Index) -> str:
    present = index.facet(field)
    if value.casefold() in present:
        return value
    examples = ", ".join(list(present)[:_SHOWN]) or "none"
    raise FilterFault(f"unknown {field.replace('_', ' ')} {{given}} (in the index: {examples}, ...)", given=value)


def _phrase(value: str) -> str:
    if words_of(value):
        return " ".join(value.split())
    raise FilterFault("a phrase needs a word to be found by")


def _guideline(value: str, index: Index) -> str:
    folded = value.strip().casefold()
    if folded and any(folded in present for present in index.facet("guideline")):
        return folded
    raise FilterFault(
        "unknown guideline {given}: no indexed decision cites it (try MTUS, ACOEM, ODG or words of a title)",
        given=value,
    )
