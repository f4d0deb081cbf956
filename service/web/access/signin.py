"""GET and POST /sign-in, POST /sign-out: a browser shows a key once and gets a session for it."""

from http import HTTPStatus
from typing import Annotated, Any

from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template
from msgspec import Meta

from config.errors import SettingsFault
from indexer.records import Record
from service.access.ring import KeyRing
from service.web.access.guards import OPEN
from service.web.access.sessions import Sessions, see_other
from service.web.body import StrictRequest
from service.web.methods import read
from service.web.pages.failures import show_failure
from service.web.pages.forms import from_form
from service.web.pages.origin import same_origin
from service.web.pages.rendering import HEADERS
from service.web.readiness import NotReady

_PATH = "/sign-in"


class SignInForm(Record, frozen=True):
    """A key, as pasted."""

    key: Annotated[str, Meta(max_length=200)] = ""


@read(_PATH)
async def sign_in_page() -> Template:
    """Show the form."""
    return _form()


@post(_PATH, status_code=HTTPStatus.OK, dependencies={"form": from_form(SignInForm)})
async def sign_in(
    form: NamedDependency[SkipValidation[SignInForm]],
    ring: NamedDependency[SkipValidation[KeyRing]],
    sessions: NamedDependency[SkipValidation[Sessions]],
) -> Response[Any]:
    """Begin a session, or show the form again."""
    try:
        key = ring.find(form.key.strip())
    except SettingsFault:
        raise NotReady("the keys cannot be read; whoever runs the server has to look") from None
    if key is None:
        return _form(refused=True)
    return see_other("/", await sessions.begin(key.id))


@post("/sign-out", status_code=HTTPStatus.OK)
async def sign_out(request: StrictRequest, sessions: NamedDependency[SkipValidation[Sessions]]) -> Response[Any]:
    """End the session."""
    return see_other(_PATH, await sessions.end(request))


def sign_in_routes() -> Router:
    """Return the router of the three."""
    return Router(
        "/",
        route_handlers=[sign_in_page, sign_in, sign_out],
        guards=[same_origin],
        exception_handlers={Exception: show_failure},
        include_in_schema=False,
        opt=dict(OPEN),
    )


def _form(*, refused: bool = False) -> Template:
    status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.OK
    return Template("sign_in.html", context={"refused": refused}, headers=dict(HEADERS), status_code=status)
