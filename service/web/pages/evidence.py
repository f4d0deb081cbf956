"""POST /evidence and /evidence.docx: the pack for a request, with the quotes that its reader keeps."""

from http import HTTPStatus

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from config.settings import Settings
from service.chosen import chosen
from service.markdown import as_markdown
from service.precedents import PrecedentService
from service.records import EvidencePack, Quote
from service.web.access.auditing import Auditor
from service.web.body import StrictRequest
from service.web.limiter import Limiter
from service.web.pages.forms import EvidenceForm, from_form
from service.web.pages.pack import name_of, shown
from service.web.pages.rendering import HEADERS, page
from service.web.requests import checked_text

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@post("/evidence", status_code=HTTPStatus.OK, dependencies={"form": from_form(EvidenceForm)})
async def evidence_page(
    request: StrictRequest,
    form: NamedDependency[SkipValidation[EvidenceForm]],
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Template:
    """Show both sides for each item asked for, and what was kept as Markdown."""
    text = checked_text(form.text, settings.search)

    def answer() -> tuple[EvidencePack, Template]:
        whole, kept = _packs(form, settings, service)
        return whole, page(
            request,
            "evidence",
            form=form,
            requests=shown(whole, lambda number, quote: _keeps(form, number, quote)),
            pack=kept,
            offered=len(whole.citations),
            budget=form.max_tokens or settings.evidence.max_tokens,
            markdown=as_markdown(kept),
        )

    whole, shown_page = await limiter.run(answer)
    cited = (one.determination_id for one in whole.citations)
    await auditor.note(request, "evidence", generation=service.generation, determinations=cited, content=text)
    return shown_page


@post("/evidence.docx", status_code=HTTPStatus.OK, dependencies={"form": from_form(EvidenceForm)})
async def evidence_document(
    request: StrictRequest,
    form: NamedDependency[SkipValidation[EvidenceForm]],
    settings: NamedDependency[SkipValidation[Settings]],
    service: NamedDependency[SkipValidation[PrecedentService]],
    limiter: NamedDependency[SkipValidation[Limiter]],
    auditor: NamedDependency[SkipValidation[Auditor]],
) -> Response[bytes]:
    """Answer the quotes that were kept as a Word document."""
    from service.word import as_docx

    text = checked_text(form.text, settings.search)

    def answer() -> tuple[EvidencePack, bytes]:
        kept = _packs(form, settings, service)[1]
        return kept, as_docx(kept)

    kept, document = await limiter.run(answer)
    cited = (one.determination_id for one in kept.citations)
    await auditor.note(request, "evidence", generation=service.generation, determinations=cited, content=text)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="imr-evidence.docx"'}
    return Response(document, media_type=_WORD, headers=headers)


def _packs(form: EvidenceForm, settings: Settings, service: PrecedentService) -> tuple[EvidencePack, EvidencePack]:
    """Return the whole pack, and the pack of what was kept."""
    whole = service.evidence(form.text, form.filters, max_tokens=form.max_tokens, position=form.position)
    if not form.choosing:
        return whole, whole
    kept = chosen(whole, lambda number, quote: _keeps(form, number, quote), service.index, settings.evidence.encoding)
    return whole, kept


def _keeps(form: EvidenceForm, request: int, quote: Quote) -> bool:
    return not form.choosing or name_of(request, quote) in form.quote
