"""GET /health/live and /health/ready. Neither waits for a place or for the index."""

from dataclasses import dataclass
from typing import Literal

from litestar.di import NamedDependency
from litestar.openapi.spec import Operation
from litestar.params import SkipValidation

from indexer.records import Record
from service.web.access.guards import OPEN, PROBE
from service.web.access.rate import UNCOUNTED
from service.web.errors import UNAVAILABLE, declared
from service.web.methods import read
from service.web.readiness import NotReady, Readiness


class Health(Record, frozen=True):
    """That the server is up, or that it can answer searches."""

    status: Literal["live", "ready"]


@dataclass
class _OpenOperation(Operation):
    """Declares that no key is needed; Litestar takes an empty list for none given."""

    def __post_init__(self) -> None:
        self.security = []


@read(
    "/live",
    summary="Whether the server is up",
    responses=declared(),
    opt={**OPEN, UNCOUNTED: True},
    operation_class=_OpenOperation,
)
async def live() -> Health:
    """Answer as long as the event loop turns."""
    return Health(status="live")


@read(
    "/ready",
    summary="Whether searches can be answered",
    responses=declared(UNAVAILABLE),
    opt={**PROBE, UNCOUNTED: True},
)
async def ready(readiness: NamedDependency[SkipValidation[Readiness]]) -> Health:
    """Answer 503 until the index is open."""
    if readiness.service is None:
        raise NotReady(readiness.reason)
    return Health(status="ready")
