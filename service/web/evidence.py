"""POST /api/evidence."""

from http import HTTPStatus

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from config.settings import Settings
from indexer.filters import NO_FILTERS
from service.precedents import PrecedentService
from service.records import EvidencePack
from service.web.errors import UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.requests import EvidenceRequest, checked_text


@post(
    "/evidence",
    status_code=HTTPStatus.OK,
    summary="Assemble verbatim, cited passages within a token budget",
    responses=declared(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, UNAVAILABLE),
)
async def evidence(
    data: JSONBody[EvidenceRequest],
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> EvidencePack:
    """Quote what past decisions say for and against the caller's position, for each requested item."""
    text = checked_text(data.text, settings.search)
    return await limiter.run(
        service.evidence,
        text,
        data.filters or NO_FILTERS,
        max_tokens=data.max_tokens,
        encoding=data.encoding,
        position=data.position,
    )
