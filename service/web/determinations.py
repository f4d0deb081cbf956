"""GET /api/determinations/{id} and /api/determinations/{id}/items/{n}/similar."""

from http import HTTPStatus
from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from config.errors import NotFound
from indexer.records import Determination
from service.precedents import PrecedentService
from service.records import SearchAnswer
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.errors import UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.query import documented, filters_of, from_query
from service.web.requests import SimilarQuery

_LONGEST_ID = 200


@read(
    "/determinations/{id:str}",
    summary="One determination, whole",
    responses=declared(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, UNAVAILABLE),
)
async def determination(
    request: StrictRequest,
    id: Annotated[str, PathParameter(description="An id, or a case number that only one letter has.")],  # noqa: A002 - the contract's name
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Determination:
    """Return a determination with its text, to which every span refers."""
    if len(id) > _LONGEST_ID:
        raise NotFound("no such determination")
    found = await limiter.run(service.determination, id)
    await auditor.note(request, "open", generation=service.generation, determinations=[found.id])
    return found


@read(
    "/determinations/{id:str}/items/{n:int}/similar",
    summary="The precedents most like one disputed item, in other letters",
    dependencies={"asked": from_query(SimilarQuery)},
    operation_class=documented(SimilarQuery),
    responses=declared(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, UNAVAILABLE),
)
async def similar(
    request: StrictRequest,
    id: Annotated[str, PathParameter(description="An id, or a case number that only one letter has.")],  # noqa: A002 - the contract's name
    n: Annotated[int, PathParameter(description="The item's number.")],
    asked: NamedDependency[SkipValidation[SimilarQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> SearchAnswer:
    """Search with an indexed item; the answer reads like /api/search's for one request."""
    if len(id) > _LONGEST_ID:
        raise NotFound("no such determination")
    answer = await limiter.run(service.similar, id, n, filters_of(asked), asked.limit)
    shown = (one.determination_id for one in answer.results)
    await auditor.note(request, "similar", generation=answer.index.generation, determinations=shown)
    return answer
