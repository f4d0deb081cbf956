"""The pages' routes, none of which the OpenAPI document lists, and their own files."""

from typing import Any

from litestar import Request, Response, Router
from litestar.exceptions import InternalServerException, NotFoundException
from litestar.static_files import create_static_files_router

from service.web.access.guards import OPEN, PAGE
from service.web.access.rate import UNCOUNTED
from service.web.errors import Problem, answer_failure
from service.web.pages.evidence import evidence_document, evidence_page
from service.web.pages.failures import show_failure
from service.web.pages.letters import letter_page, similar_page
from service.web.pages.origin import same_origin
from service.web.pages.record import items_page, record_page
from service.web.pages.rendering import HEADERS, STATIC
from service.web.pages.search import home, search_page

# A file is asked for again each time, and sent again only where it changed.
_FILE_HEADERS = {**HEADERS, "Cache-Control": "no-cache"}


def page_routes() -> list[Router]:
    """Return the routers of the pages and of their files."""
    return [
        Router(
            "/",
            route_handlers=[
                home,
                search_page,
                letter_page,
                similar_page,
                evidence_page,
                evidence_document,
                record_page,
                items_page,
            ],
            guards=[same_origin],
            exception_handlers={Exception: show_failure},
            include_in_schema=False,
            opt=dict(PAGE),
        ),
        create_static_files_router(
            "/static",
            directories=[STATIC],
            after_request=_with_headers,
            opt={**OPEN, UNCOUNTED: True},
            # A name that no file can have: with a NUL, or too long, of which Litestar makes a failure of the server.
            exception_handlers={ValueError: _no_such_file, InternalServerException: _no_such_file},
        ),
    ]


def _no_such_file(request: Request[Any, Any, Any], _: Exception) -> Response[Problem]:
    return answer_failure(request, NotFoundException())


def _with_headers(response: Response[Any]) -> Response[Any]:
    response.headers.update(_FILE_HEADERS)
    return response
