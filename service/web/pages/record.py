"""GET /record and GET /items: what the record shows, and the decisions behind every number."""

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from indexer.records import Record
from service.ledger import Ledger
from service.precedents import PrecedentService
from service.reasons import ReasonsGiven
from service.records import Outcomes
from service.selection import Selection, query_of
from service.tallies import GroupOutcomes
from service.web.body import StrictRequest
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.pages.forms import from_filled_query
from service.web.pages.rendering import page
from service.web.pages.results import link_to
from service.web.pages.years import YearChart, year_chart
from service.web.requests import ItemsQuery, RateQuery, selection_of

_TREATMENTS = 15
_SPECIALTIES = 12
_YEARS = 100
_OFFERED = 300


class Shown(Record, frozen=True):
    """The record of a selection."""

    total: Outcomes
    by_treatment: tuple[GroupOutcomes, ...]
    more_treatments: int
    by_year: tuple[GroupOutcomes, ...]
    years: YearChart | None
    by_specialty: tuple[GroupOutcomes, ...]
    more_specialties: int
    reasons: ReasonsGiven
    most_given: int
    treatments: tuple[str, ...]
    regions: tuple[str, ...]


@read("/record", dependencies={"asked": from_filled_query(RateQuery)})
async def record_page(
    request: StrictRequest,
    asked: NamedDependency[SkipValidation[RateQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> Template:
    """Show how often denials were overturned, by treatment, year and specialty, and for which reasons."""
    shown = await limiter.run(lambda: _shown(service.ledger, selection_of(asked)))
    return page(request, "record", asked=asked, shown=shown, told=told(selection_of(asked)))


@read("/items", dependencies={"asked": from_filled_query(ItemsQuery)})
async def items_page(
    request: StrictRequest,
    asked: NamedDependency[SkipValidation[ItemsQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> Template:
    """List the decisions behind a number, a page at a time."""
    selection = selection_of(asked)
    found = await limiter.run(lambda: service.ledger.items(selection, asked.cursor, asked.limit))
    links = tuple(link_to(one.determination_id, one.item) for one in found.items)
    return page(
        request, "items", found=found, links=links, told=told(selection), query=query_of(selection), limit=asked.limit
    )


def told(selection: Selection) -> tuple[str, ...]:
    """Say a selection's conditions, a few words each."""
    filters = selection.filters
    lists = (filters.outcome, filters.treatment, filters.category, filters.body_region, filters.specialty)
    others = (filters.guideline, filters.reason, filters.phrases)
    parts = [" or ".join(values) for values in (*lists, *others) if values]
    parts += [f"without {name}" for name in filters.exclude_cases]
    parts += [f"decided from {filters.decision_from}"] if filters.decision_from else []
    parts += [f"decided to {filters.decision_to}"] if filters.decision_to else []
    for field, _, value in (condition.partition(":") for condition in selection.has):
        parts.append(f"{field.replace('_', ' ')}: {value or 'not stated'}")
    parts += ["saying the same counted once"] if selection.duplicates == "once" else []
    parts += {
        "include": [],
        "exclude": ["without items that depend on another"],
        "only": ["only items that depend on another"],
    }[selection.dependent]
    return tuple(parts)


def _shown(ledger: Ledger, selection: Selection) -> Shown:
    treatments = ledger.outcomes(selection, "treatment", _TREATMENTS)
    specialties = ledger.outcomes(selection, "specialty", _SPECIALTIES)
    years = sorted(ledger.outcomes(selection, "year", _YEARS).groups, key=lambda one: one.key or "")
    reasons = ledger.reasons(selection)
    names = ledger.facets(Selection(), ("treatment", "body_region"), _OFFERED).facets
    return Shown(
        total=treatments.total,
        by_treatment=treatments.groups,
        more_treatments=treatments.more,
        by_year=tuple(years),
        years=year_chart(years, treatments.total.overturn_rate),
        by_specialty=specialties.groups,
        more_specialties=specialties.more,
        reasons=reasons,
        most_given=max((one.upheld + one.overturned for one in reasons.reasons), default=1),
        treatments=tuple(sorted(one.value for one in names[0].values if one.value)),
        regions=tuple(sorted(one.value for one in names[1].values if one.value)),
    )
