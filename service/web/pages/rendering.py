"""How a page is written: templates that escape everything, headers that let a browser load nothing from elsewhere."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig
from markupsafe import Markup

from indexer.parse.titles import in_dispute
from service.cite import NOTICE

_HERE = Path(__file__).parent
STATIC = _HERE.parent / "static"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# An answer to a form may hold the request's text, so nothing keeps it. What GET answers holds none and may be gone back
# to: the browser then shows the search page with its results as they were.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    # Not 'no-referrer': over plain http browsers would then send our own forms with 'Origin: null', which is refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "HX-Request",
}


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """Return the templates' engine. A name that a template does not get is a failure, not a blank."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["notice"] = NOTICE
    environment.filters["in_dispute"] = lambda title: in_dispute(title) or title
    # The parts of a compound's name may stand on lines of their own; else a narrow column would cut them anywhere.
    environment.filters["breakable"] = lambda name: Markup("/<wbr>").join(name.split("/"))
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["percent"] = lambda share: f"{share:.1%}"
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


def is_fragment(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def page(request: Request[Any, Any, Any], name: str, *, status: int = HTTPStatus.OK, **context: Any) -> Template:  # noqa: ANN401 - what a template gets
    """Write a page, or where htmx asks only the part of it that changes: the template of the same name with '_'."""
    chosen = f"_{name}.html" if is_fragment(request) else f"{name}.html"
    headers = HEADERS if request.method == "POST" else {**HEADERS, "Cache-Control": "no-cache"}
    return Template(chosen, context=context, headers=dict(headers), status_code=status)
