"""GET / and POST /search. A request's text comes by POST alone, so that no address or history holds it."""

from http import HTTPStatus

from litestar import post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from config.settings import Settings
from service.precedents import PrecedentService
from service.records import SearchAnswer
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.limiter import Limiter
from service.web.methods import read
from service.web.pages.forms import SearchForm, from_form
from service.web.pages.narrowing import narrowings
from service.web.pages.rendering import page
from service.web.pages.results import asked_for, more_than
from service.web.readiness import Readiness
from service.web.requests import checked_text

# What a first visit may try: words, a dose and a region, and several items at once.
_EXAMPLES = (
    "Ultram 50mg #60 for chronic low back pain",
    "MRI of the lumbar spine without contrast, no red flags",
    "1. Norco 10/325mg #90\n2. Physical therapy, 12 visits, right shoulder",
)


@read(["/", "/search", "/evidence"])
async def home(request: StrictRequest, readiness: NamedDependency[SkipValidation[Readiness]]) -> Template:
    """Show the search box; also where a person comes back to the address of an answer, which holds no text.

    What the index holds is said once one is open; nobody waits for that.
    """
    return page(
        request,
        "search",
        form=SearchForm(),
        asked=None,
        narrowings=(),
        index=None,
        more=None,
        examples=_EXAMPLES,
        holds=readiness.generations.current,
    )


@post("/search", status_code=HTTPStatus.OK, dependencies={"form": from_form(SearchForm)})
async def search_page(
    request: StrictRequest,
    form: NamedDependency[SkipValidation[SearchForm]],
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Template:
    """Show the results by item asked for; to htmx only filters and results."""
    text = checked_text(form.text, settings.search)

    def answer() -> tuple[SearchAnswer, Template]:
        found = service.search(text, form.filters, form.limit)
        return found, page(
            request,
            "search",
            form=form,
            asked=asked_for(found),
            narrowings=narrowings(service.ledger, form.filters, found.results),
            index=found.index,
            more=more_than(form.limit, found),
            examples=(),
            holds=None,
        )

    found, shown = await limiter.run(answer)
    ids = (one.determination_id for one in found.results)
    await auditor.note(request, "search", generation=found.index.generation, determinations=ids, content=text)
    return shown
