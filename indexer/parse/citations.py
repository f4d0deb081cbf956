"""Guideline paragraphs, split into citations with their spans.

'Decision based on MTUS Low Back Complaints 2004, Section(s): Summary, and Chronic Pain Medical Treatment 2016,
Section(s): Facet blocks. Decision based on Non-MTUS Citation Official Disability Guidelines (ODG) ...' holds three.
"""

import functools
import re
from collections.abc import Iterator

from config.terms import load_terms
from indexer.records import Authority, Citation, Party, Span

_SEGMENT = re.compile(r"decisions?\s+(?:was\s+|is\s+)?based\s+(?:its\s+|up)?on\s+(?:the\s+)?", re.IGNORECASE)
_FALLBACK = re.compile(r"based\s+(?:its|his/her|their|the)\s+decision\s+(?:up)?on\s+(?:the\s+)?", re.IGNORECASE)
_NON_MTUS = re.compile(r"non[\s-]*mtus(?:\s+citations?)?:?\s*", re.IGNORECASE)
_MTUS = re.compile(r"\bmtus\b|california medical treatment utilization schedule", re.IGNORECASE)
_NO_CITATION = re.compile(
    r"did not cite|recommendation\(?s?\)? outside of|no (?:medical )?(?:evidence|guidelines?)", re.IGNORECASE
)
_ODG = re.compile(r"\b(?:the\s+)?official\s+disability\s+guidelines?(?:\s*\(odg\))?|\bodg\b", re.IGNORECASE)
_ACOEM = re.compile(r"\bacoem\b|american college of occupational", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_SECTIONS = re.compile(r"\bsections?(?:\(s\))?\s*:\s*", re.IGNORECASE)
_PAGES = re.compile(r"\b(?:pages?(?:\(s\))?\s*:?|pgs?\.?|pp?\.)\s*(?=\d)", re.IGNORECASE)
_PAGE_LIST = re.compile(r"\d+(?:\s*-\s*\d+)?(?:\s*(?:,|and|&)\s*\d+(?:\s*-\s*\d+)?)*")
_PAGE = re.compile(r"\d+(?:\s*-\s*\d+)?")
_EDGES = " \t\n.,;:"
_TRAILING_AND = re.compile(r"[\s,;]+and\s*$", re.IGNORECASE)


def read_citations(guideline: Span | None, cited_by: Party) -> tuple[Citation, ...]:
    """Return the citations of one guideline paragraph, in order; none where the party cited nothing."""
    if guideline is None:
        return ()
    citations: list[Citation] = []
    for start, end in _segments(guideline.text):
        segment = guideline.text[start:end]
        if _NO_CITATION.search(segment) and not _NON_MTUS.search(segment):
            continue
        outside = _NON_MTUS.search(segment)
        inside_end = outside.start() if outside else len(segment)
        if _MTUS.search(segment[:inside_end]) or not outside:
            citations.extend(_mtus(segment[:inside_end], guideline.start + start, cited_by))
        if outside:
            citations.extend(_others(segment[outside.end() :], guideline.start + start + outside.end(), cited_by))
    return tuple(citations)


def _segments(text: str) -> Iterator[tuple[int, int]]:
    found = list(_SEGMENT.finditer(text)) or list(_FALLBACK.finditer(text))
    if not found:
        yield 0, len(text)
    for place, match in enumerate(found):
        yield match.end(), found[place + 1].start() if place + 1 < len(found) else len(text)


@functools.cache
def _chapters() -> re.Pattern[str]:
    titles = sorted(load_terms().mtus_chapters, key=len, reverse=True)
    spelled = [r"\s+".join(re.escape(word) for word in title.split()) for title in titles if title != "ACOEM"]
    # The longer spellings first: the shorter titles are their beginnings.
    spelled = [
        r"chronic\s+pain\s+(?:medical\s+)?treatment(?:\s+guidelines?)?",
        r"post-?surgical\s+treatment(?:\s+guidelines?)?",
        *spelled,
    ]
    return re.compile(
        rf"(?:acoem[,\s]+)?(?:\(?chapter\s+\d+\)?[,:\s]+)?\(?(?P<title>{'|'.join(spelled)})\)?", re.IGNORECASE
    )


def _mtus(segment: str, offset: int, cited_by: Party) -> Iterator[Citation]:
    """Split an MTUS segment at the chapter titles in it; a section that repeats a title stays a section."""
    starts = [found for found in _chapters().finditer(segment) if not _within_sections(segment, found.start())]
    if not starts:
        if _MTUS.search(segment) or _ACOEM.search(segment):
            yield _citation("MTUS", segment, 0, len(segment), offset, cited_by)
        return
    for place, found in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(segment)
        yield _citation("MTUS", segment, found.start(), end, offset, cited_by, title=found["title"])


def _within_sections(segment: str, start: int) -> bool:
    """Whether a chapter's title at `start` is one of the sections cited before it rather than a new chapter."""
    before = segment[:start]
    listed = list(_SECTIONS.finditer(before))
    if not listed:
        return False
    since = before[listed[-1].end() :]
    # A new chapter follows ', and ' or ';' or carries a year; a section stands straight after the label or a comma.
    if re.search(r"(?:,\s*and|;|\band)\s*(?:acoem\s*)?$", since, re.IGNORECASE):
        return False
    return not re.match(r"[A-Za-z,\s]+?\s(?:19|20)\d{2}\b", segment[start:])


def _others(segment: str, offset: int, cited_by: Party) -> Iterator[Citation]:
    start = 0
    for piece in segment.split(";"):
        if piece.strip(_EDGES):
            authority: Authority = "ODG" if _ODG.search(piece) else "ACOEM" if _ACOEM.search(piece) else "other"
            yield _citation(authority, segment, start, start + len(piece), offset, cited_by)
        start += len(piece) + 1


def _citation(
    authority: Authority,
    segment: str,
    start: int,
    end: int,
    offset: int,
    cited_by: Party,
    *,
    title: str | None = None,
) -> Citation:
    start, end = _trim(segment, start, end)
    text = segment[start:end]
    year = _YEAR.search(text)
    return Citation(
        authority=authority,
        title=" ".join((title or _title(text)).split()),
        year=int(year[1]) if year else None,
        sections=_listed_sections(text),
        pages=_listed_pages(text),
        start=offset + start,
        end=offset + end,
        cited_by=cited_by,
    )


def _trim(segment: str, start: int, end: int) -> tuple[int, int]:
    piece = segment[start:end]
    if found := _TRAILING_AND.search(piece):
        piece = piece[: found.start()]
    left = len(piece) - len(piece.lstrip(_EDGES))
    return start + left, start + max(left, len(piece.rstrip(_EDGES)))


def _title(text: str) -> str:
    """Return a citation's title: what is left without the authority's own name and the lists of sections and pages."""
    cut = min([found.start() for pattern in (_SECTIONS, _PAGES) if (found := pattern.search(text))] or [len(text)])
    named = _ODG.sub("", text[:cut]).strip(_EDGES + "()")
    return named or text[:cut].strip(_EDGES)


def _listed_sections(text: str) -> tuple[str, ...]:
    found = _SECTIONS.search(text)
    if not found:
        return ()
    listed = re.split(r",\s*(?![^()]*\))", text[found.end() :])
    return tuple(part for piece in listed if (part := re.sub(r"^and\s+", "", piece.strip(_EDGES))))


def _listed_pages(text: str) -> tuple[str, ...]:
    found = _PAGES.search(text)
    listed = _PAGE_LIST.match(text, found.end()) if found else None
    return tuple(re.sub(r"\s", "", page) for page in _PAGE.findall(listed.group())) if listed else ()
