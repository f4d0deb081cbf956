"""The application: which handlers there are, what they are given, and how failures are answered."""

from functools import partial

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.access.access import Access
from service.web.access.front import Front
from service.web.access.rate import STORE
from service.web.arriving import Arriving
from service.web.body import StrictRequest
from service.web.check import check
from service.web.counting import facets, guidelines, items, outcomes, reasons
from service.web.determinations import determination, similar
from service.web.errors import answer_failure
from service.web.evidence import evidence
from service.web.exposition import metrics
from service.web.health import live, ready
from service.web.letters import Letters
from service.web.limiter import Limiter
from service.web.observation import observed
from service.web.pages.rendering import template_config
from service.web.pages.routes import page_routes
from service.web.parse import FORM_BYTES, parse
from service.web.readiness import Readiness
from service.web.search import search

API_VERSION = "1"


def create_app(settings: Settings, service: PrecedentService | None = None) -> Litestar:
    """Build the application.

    Args:
        settings: limits and places; the index to open.
        service: a service that is already open, which its caller closes. None: it is opened in the background
            when the application starts and closed when it stops; until then /health/ready answers 503.

    Returns:
        An ASGI application; `app.state.readiness` tells whether and why not the service is open.

    Raises:
        SettingsFault: the address needs keys and none is set, or a file of keys or the audit log cannot be used.
    """
    access = Access(settings.server)
    readiness = Readiness(settings, service)
    limiter = Limiter(settings.server, on_busy=readiness.metrics.rejected)
    readiness.on_beat = partial(_beat, readiness, limiter)
    letters = Letters(settings)
    uploads = Router("/", route_handlers=[parse], request_max_body_size=settings.server.max_upload_bytes + FORM_BYTES)
    app = Litestar(
        route_handlers=[
            Router(
                "/api",
                route_handlers=[
                    search,
                    evidence,
                    check,
                    determination,
                    similar,
                    items,
                    facets,
                    outcomes,
                    guidelines,
                    reasons,
                    uploads,
                ],
            ),
            Router("/health", route_handlers=[live, ready]),
            metrics,
            *page_routes(),
            *access.routes,
        ],
        dependencies={
            **access.dependencies,
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "limiter": Provide(lambda: limiter, sync_to_thread=False),
            "letters": Provide(lambda: letters, sync_to_thread=False),
            "readiness": Provide(lambda: readiness, sync_to_thread=False),
            "service": Provide(readiness.lend),
        },
        state=State({"readiness": readiness}),
        lifespan=[readiness.lifespan, access.lifespan, letters.lifespan],
        guards=[access.guard],
        middleware=access.middleware,
        stores={STORE: access.counts},
        template_config=template_config(),
        request_class=StrictRequest,
        request_max_body_size=settings.server.max_body_bytes,
        exception_handlers={Exception: answer_failure},
        openapi_config=OpenAPIConfig(
            title="IMR precedents",
            version=API_VERSION,
            description="Search and cited evidence over Independent Medical Review determinations.",
            use_handler_docstrings=True,
            # Only the JSON: the interactive pages load their scripts from a CDN.
            render_plugins=[JsonRenderPlugin()],
            components=access.components,
            security=access.security,
        ),
        # Litestar would set up logging of its own, with tracebacks, and take the others from the environment.
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    app.asgi_handler = Front(Arriving(app.asgi_handler, settings.server.receive_seconds), settings.server)
    return observed(app, readiness.metrics)


def _beat(readiness: Readiness, limiter: Limiter, late: float) -> None:
    """Note what changes without being told, once a second."""
    readiness.metrics.late(late)
    readiness.metrics.refresh(readiness.generations, limiter.waiting)
