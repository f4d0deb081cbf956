"""GET /api/determinations/{id}."""

from http import HTTPStatus
from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from config.errors import NotFound
from indexer.records import Determination
from service.precedents import PrecedentService
from service.web.errors import UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.methods import read

_LONGEST_ID = 200


@read(
    "/determinations/{id:str}",
    summary="One determination, whole",
    responses=declared(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, UNAVAILABLE),
)
async def determination(
    id: Annotated[str, PathParameter(description="An id, or a case number that only one letter has.")],  # noqa: A002 - the contract's name
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
) -> Determination:
    """Return a determination with its text, to which every span refers."""
    if len(id) > _LONGEST_ID:
        raise NotFound("no such determination")
    return await limiter.run(service.determination, id)
