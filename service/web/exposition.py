"""GET /metrics, in Prometheus's text format."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.web.access.guards import PROBE
from service.web.access.rate import UNCOUNTED
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.readiness import Readiness

# Litestar adds the character set.
_TEXT = "text/plain; version=0.0.4"


@read("/metrics", media_type=_TEXT, include_in_schema=False, opt={**PROBE, UNCOUNTED: True})
async def metrics(
    readiness: NamedDependency[SkipValidation[Readiness]], limiter: NamedDependency[SkipValidation[Limiter]]
) -> Response[bytes]:
    """Answer counts and times, of all workers together; nothing in them comes from a request's text."""
    readiness.metrics.refresh(readiness.generations, limiter.waiting)
    return Response(readiness.metrics.written(), media_type=_TEXT)
