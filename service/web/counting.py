"""GET /api/items, /api/facets, /api/outcomes and /api/guidelines: counts, and the items behind each."""

from http import HTTPStatus

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.ledger import FACET_FIELDS
from service.precedents import PrecedentService
from service.tallies import Facets, Guidelines, ItemsPage, OutcomesAnswer
from service.web.errors import UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.query import documented, from_query
from service.web.requests import FacetsQuery, GuidelinesQuery, ItemsQuery, OutcomesQuery, selection_of


@read(
    "/items",
    summary="The items behind a number",
    dependencies={"asked": from_query(ItemsQuery)},
    operation_class=documented(ItemsQuery),
    responses=declared(HTTPStatus.BAD_REQUEST, UNAVAILABLE),
)
async def items(
    asked: NamedDependency[SkipValidation[ItemsQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> ItemsPage:
    """List the items that pass, a page at a time; `cursor` asks for the next."""
    return await limiter.run(lambda: service.ledger.items(selection_of(asked), asked.cursor, asked.limit))


@read(
    "/facets",
    summary="How many items have each value of a field",
    dependencies={"asked": from_query(FacetsQuery)},
    operation_class=documented(FacetsQuery),
    responses=declared(HTTPStatus.BAD_REQUEST, UNAVAILABLE),
)
async def facets(
    asked: NamedDependency[SkipValidation[FacetsQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> Facets:
    """Count the items that pass by field."""
    fields = asked.field or FACET_FIELDS
    return await limiter.run(lambda: service.ledger.facets(selection_of(asked), fields, asked.limit))


@read(
    "/outcomes",
    summary="How often decisions were overturned; never a prediction",
    dependencies={"asked": from_query(OutcomesQuery)},
    operation_class=documented(OutcomesQuery),
    responses=declared(HTTPStatus.BAD_REQUEST, UNAVAILABLE),
)
async def outcomes(
    asked: NamedDependency[SkipValidation[OutcomesQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> OutcomesAnswer:
    """Count the outcomes of the items that pass, whole and by a field."""
    return await limiter.run(lambda: service.ledger.outcomes(selection_of(asked), asked.group_by, asked.limit))


@read(
    "/guidelines",
    summary="What reviewers relied on, by outcome",
    dependencies={"asked": from_query(GuidelinesQuery)},
    operation_class=documented(GuidelinesQuery),
    responses=declared(HTTPStatus.BAD_REQUEST, UNAVAILABLE),
)
async def guidelines(
    asked: NamedDependency[SkipValidation[GuidelinesQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> Guidelines:
    """Count the guidelines and sections that reviewers cited, with the MTUS editions in force."""
    return await limiter.run(lambda: service.ledger.guidelines(selection_of(asked), asked.limit))
