"""POST /api/evidence: as JSON, or as a document where the Accept header asks for one."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Response, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema
from litestar.params import JSONBody, SkipValidation

from config.settings import Settings
from indexer.filters import NO_FILTERS
from service.observing import stage
from service.precedents import PrecedentService
from service.records import EvidencePack
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.errors import BODY, UNAVAILABLE, declared
from service.web.limiter import Limiter
from service.web.requests import EvidenceRequest, checked_text

_JSON = MediaType.JSON.value
_MARKDOWN = "text/markdown"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMES = {_MARKDOWN: "imr-evidence.md", _WORD: "imr-evidence.docx"}


@dataclass
class _EvidenceOperation(Operation):
    """Declares the documents beside the JSON."""

    def __post_init__(self) -> None:
        answer = (self.responses or {}).get(str(HTTPStatus.OK.value))
        if isinstance(answer, OpenAPIResponse) and answer.content is not None:
            answer.content[_MARKDOWN] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
            answer.content[_WORD] = OpenAPIMediaType(
                schema=Schema(type=OpenAPIType.STRING, content_media_type="application/octet-stream")
            )


@post(
    "/evidence",
    status_code=HTTPStatus.OK,
    summary="Assemble verbatim, cited passages within a token budget",
    operation_class=_EvidenceOperation,
    responses=declared(*BODY, UNAVAILABLE),
)
async def evidence(
    data: JSONBody[EvidenceRequest],
    request: StrictRequest,
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Response[EvidencePack]:
    """Quote what past decisions say for and against the caller's position, for each requested item.

    JSON, unless Accept prefers Markdown or a Word document (DOCX).
    """
    text = checked_text(data.text, settings.search)
    form = request.accept.best_match([_JSON, *_NAMES], default=_JSON) or _JSON

    def answer() -> tuple[EvidencePack, Response[EvidencePack]]:
        pack = service.evidence(
            text,
            data.filters or NO_FILTERS,
            max_tokens=data.max_tokens,
            encoding=data.encoding,
            position=data.position,
        )
        return pack, _written(pack, form)

    pack, response = await limiter.run(answer)
    cited = (one.determination_id for one in pack.citations)
    await auditor.note(request, "evidence", generation=service.generation, determinations=cited, content=text)
    return response


def _written(pack: EvidencePack, form: str) -> Response[EvidencePack]:
    if form not in _NAMES:
        return Response(pack, headers={"Vary": "Accept"})
    headers = {"Vary": "Accept", "Content-Disposition": f'attachment; filename="{_NAMES[form]}"'}
    with stage("render"):
        document: Response[Any] = Response(_document(pack, form), media_type=form, headers=headers)
    return document


def _document(pack: EvidencePack, form: str) -> bytes:
    if form == _WORD:
        from service.word import as_docx

        return as_docx(pack)
    from service.markdown import as_markdown

    return as_markdown(pack).encode() + b"\n"
