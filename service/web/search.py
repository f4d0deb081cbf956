"""POST /api/search."""

from http import HTTPStatus

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from config.settings import Settings
from indexer.filters import NO_FILTERS
from service.precedents import PrecedentService
from service.records import SearchAnswer
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.errors import BODY, UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.requests import SearchRequest, checked_text


@post(
    "/search",
    status_code=HTTPStatus.OK,
    summary="Find the precedents most like each item asked for",
    responses=declared(*BODY, UNAVAILABLE),
)
async def search(
    data: JSONBody[SearchRequest],
    request: StrictRequest,
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> SearchAnswer:
    """Search one generation of the index. `limit` and ranks count per requested item."""
    text = checked_text(data.text, settings.search)
    answer = await limiter.run(service.search, text, data.filters or NO_FILTERS, data.limit)
    shown = (one.determination_id for one in answer.results)
    await auditor.note(request, "search", generation=answer.index.generation, determinations=shown, content=text)
    return answer
