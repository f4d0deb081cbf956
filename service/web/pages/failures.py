"""Every failure of a page as a page with one line."""

from typing import Any

from litestar import Request, Response

from service.web.access.guards import SignInNeeded
from service.web.access.sessions import see_other
from service.web.errors import answer_failure
from service.web.pages.rendering import is_fragment, page


def show_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Show any exception, in the words that the API answers.

    Whoever reads without having signed in is sent to do so. What was posted would be lost by that; it is answered with
    a link, so that it still stands where it was typed.
    """
    if isinstance(error, SignInNeeded) and request.method != "POST" and not is_fragment(request):
        return see_other("/sign-in")
    told = answer_failure(request, error)
    shown = page(request, "problem", status=told.content.status_code, problem=told.content)
    shown.headers.update({name: value for name, value in told.headers.items() if name != "content-type"})
    return shown
