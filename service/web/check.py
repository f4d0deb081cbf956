"""POST /api/evidence/check."""

from http import HTTPStatus

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from config.settings import Settings
from service.check.records import CheckReport
from service.precedents import PrecedentService
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.errors import BODY, UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.requests import CheckRequest, checked_text


@post(
    "/evidence/check",
    status_code=HTTPStatus.OK,
    summary="Verify a drafted text with [n] markers against citations",
    responses=declared(*BODY, UNAVAILABLE),
)
async def check(
    data: JSONBody[CheckRequest],
    request: StrictRequest,
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> CheckReport:
    """Give a verdict for each citation, marker and quoted string, and name the claims that no cited passage holds."""
    text = checked_text(data.text, settings.search)
    report = await limiter.run(service.check, text, data.citations)
    # The ids of other citations are the caller's own words: no determination of that name need exist.
    true = {one.marker for one in report.citations if one.verdict == "supported"}
    cited = (one.determination_id for one in data.citations if one.marker in true)
    await auditor.note(request, "check", generation=service.generation, determinations=cited, content=text)
    return report
