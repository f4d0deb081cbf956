"""GET /determinations/{id} and the items like one of its items."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation
from litestar.response import Template
from msgspec import Meta

from config.errors import NotFound, RequestFault
from indexer.records import Record
from service.precedents import PrecedentService
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.pages.forms import from_filled_query
from service.web.pages.letter import letter
from service.web.pages.rendering import page
from service.web.pages.results import result

_LONGEST_ID = 200
_SIMILAR = 6

_Offset = Annotated[int, Meta(ge=0, le=100_000_000)]


class PlaceQuery(Record, frozen=True):
    """Which item is at hand, and which stretch of the text is quoted."""

    item: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    start: _Offset | None = None
    end: _Offset | None = None

    @property
    def place(self) -> tuple[int, int] | None:
        """The stretch.

        Raises:
            RequestFault: it has only one end.
        """
        if self.start is None and self.end is None:
            return None
        if self.start is None or self.end is None:
            raise RequestFault("start and end are given together")
        return self.start, self.end


@read("/determinations/{id:str}", dependencies={"asked": from_filled_query(PlaceQuery)})
async def letter_page(
    request: StrictRequest,
    id: Annotated[str, PathParameter()],  # noqa: A002 - the address's name
    asked: NamedDependency[SkipValidation[PlaceQuery]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Template:
    """Show a determination with the item at hand open and the quote marked."""
    if len(id) > _LONGEST_ID:
        raise NotFound("no such determination")
    found = await limiter.run(service.determination, id)
    await auditor.note(request, "open", generation=service.generation, determinations=[found.id])
    return page(request, "determination", letter=letter(found, asked.item, asked.place))


@read("/determinations/{id:str}/items/{n:int}/similar")
async def similar_page(
    request: StrictRequest,
    id: Annotated[str, PathParameter()],  # noqa: A002 - the address's name
    n: Annotated[int, PathParameter()],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Template:
    """Show the items of other letters most like an item."""
    if len(id) > _LONGEST_ID:
        raise NotFound("no such determination")
    found = await limiter.run(service.similar, id, n, limit=_SIMILAR)
    shown = (one.determination_id for one in found.results)
    await auditor.note(request, "similar", generation=found.index.generation, determinations=shown)
    return page(
        request,
        "similar",
        results=tuple(map(result, found.results)),
        title=found.requests[0].text,
        back=f"{id}?item={n}",
    )
