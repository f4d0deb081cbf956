"""What is read with GET is also answered to HEAD, as HTTP asks and as probes use it."""

from functools import partial
from http import HTTPStatus

from litestar import route
from litestar.enums import HttpMethod

read = partial(route, http_method=[HttpMethod.GET, HttpMethod.HEAD], status_code=HTTPStatus.OK)
