"""`imr evidence --check`: a draft and an evidence pack in, a report out."""

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from config.errors import RequestFault
from config.settings import Settings
from imr.options import STANDARD_INPUT, read_text
from service.records import Citation

if TYPE_CHECKING:
    from service.check.records import CheckReport


class _Pack(msgspec.Struct, frozen=True):
    """The part of an evidence pack that a check needs."""

    citations: tuple[Citation, ...]


def report_on(draft: str, pack: str | None, settings: Settings) -> "CheckReport":
    """Check a draft (a file, or - for standard input) against the citations of a pack's file.

    Raises:
        RequestFault: no pack is named, one of the two cannot be read, or the pack is none.
        IndexFault: the index is missing or damaged.
    """
    if pack is None:
        raise RequestFault("name the evidence pack that the draft was made from: --check DRAFT --pack PACK.json")
    if draft == pack == STANDARD_INPUT:
        raise RequestFault("the draft and the pack cannot both come from standard input")
    citations = _read_pack(pack)
    text = read_text(draft)
    if not text.strip():
        raise RequestFault(f"{draft}: the draft is empty")
    if len(text) > settings.search.max_request_chars:
        raise RequestFault(f"{draft}: {len(text)} characters; at most {settings.search.max_request_chars} are read")
    from indexer.store.open import open_index
    from service.check.checker import check_draft

    with closing(open_index(settings)) as index:
        return check_draft(text, citations, index)


def complaint(report: "CheckReport") -> str:
    """Return the one line that says why a draft failed."""
    said = [one.verdict for one in report.quotes] + [one.verdict for one in report.markers]
    said += [one.verdict for one in report.citations]
    failed = sum(verdict != "supported" for verdict in said) + len(report.unsupported)
    return f"the draft is not supported: {failed} faults, see the report"


def _read_pack(source: str) -> tuple[Citation, ...]:
    try:
        return msgspec.json.decode(read_text(source), type=_Pack).citations
    except (msgspec.DecodeError, RecursionError):
        raise RequestFault(f"{source}: no evidence pack (imr evidence --format json makes one)") from None
