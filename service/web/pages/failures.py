"""Every failure of a page as a page with one line."""

from typing import Any

from litestar import Request
from litestar.response import Template

from service.web.errors import answer_failure
from service.web.pages.rendering import page


def show_failure(request: Request[Any, Any, Any], error: Exception) -> Template:
    """Show any exception, in the words that the API answers."""
    told = answer_failure(request, error)
    shown = page(request, "problem", status=told.content.status_code, problem=told.content)
    shown.headers.update({name: value for name, value in told.headers.items() if name != "content-type"})
    return shown
