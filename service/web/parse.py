"""POST /api/parse: one letter in, its Determination out. Nothing is kept, and no letter is read in this process."""

from dataclasses import dataclass
from http import HTTPStatus

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import RawBody, SkipValidation

from config.settings import Settings
from indexer.records import Determination
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.errors import BODY, UNAVAILABLE, declared
from service.web.letters import Letters
from service.web.upload import FIELD, Upload, take_upload

# What a form may add around a letter of the largest size: boundaries, headers, other small fields.
FORM_BYTES = 16_384


@dataclass
class _LetterOperation(Operation):
    """Declares the body, which Litestar cannot tell from raw bytes."""

    def __post_init__(self) -> None:
        letter = Schema(type=OpenAPIType.STRING, content_media_type="application/octet-stream")
        form = Schema(type=OpenAPIType.OBJECT, properties={FIELD: letter}, required=[FIELD])
        self.request_body = RequestBody(
            required=True,
            description="A letter, PDF or text.",
            content={
                "multipart/form-data": OpenAPIMediaType(schema=form),
                "application/pdf": OpenAPIMediaType(schema=letter),
                "text/plain": OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)),
            },
        )


@post(
    "/parse",
    status_code=HTTPStatus.OK,
    summary="Read one letter",
    operation_class=_LetterOperation,
    responses=declared(
        *BODY,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        UNAVAILABLE,
    ),
)
async def parse(
    request: StrictRequest,
    body: RawBody,
    settings: NamedDependency[SkipValidation[Settings]],
    letters: NamedDependency[SkipValidation[Letters]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Determination:
    """Split a letter by disputed item. It is neither stored nor indexed."""
    content_type, options = request.content_type
    upload, found = await letters.read(lambda: _taken(content_type, options, body, settings))
    await auditor.note(request, "parse", generation=None, determinations=[found.id], content=upload.content)
    return found


def _taken(content_type: str, options: dict[str, str], body: bytes, settings: Settings) -> Upload:
    upload = take_upload(content_type, options, body)
    most = settings.server.max_upload_bytes
    if len(upload.content) > most:
        raise ClientException(
            f"the letter is larger than {most} bytes", status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )
    return upload
