"""Decode JSON bodies strictly into the type that the handler declares.

Litestar decodes without a type and then converts leniently ("10" passes for 10); decoding straight into the
declared struct is strict, refuses unknown fields at once and reads the body only once.
"""

from typing import Any

import msgspec
from litestar import Request

from config.errors import RequestFault
from service.web.wording import explain_invalid, explain_malformed


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is decoded into the type of the handler's `data`."""

    async def json(self) -> Any:  # noqa: ANN401 - the type is the handler's own
        """Decode the body.

        Raises:
            RequestFault: the body is not JSON or not what the handler declares.
        """
        body = await self.body()
        declared = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        try:
            return msgspec.json.decode(body, type=declared)
        except msgspec.ValidationError as error:
            raise RequestFault(explain_invalid(str(error))) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RequestFault(explain_malformed(error)) from None
