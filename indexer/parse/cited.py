"""One citation read from its words: title, year, sections, pages."""

import re
from typing import NamedTuple

from indexer.records import Authority, Citation, Party

ODG = re.compile(r"\b(?:the\s+)?official\s+disability\s+guidelines?(?:\s*\(odg\))?|\bodg\b", re.IGNORECASE)
ACOEM = re.compile(r"\bacoem\b|american college of occupational", re.IGNORECASE)
SECTIONS = re.compile(r"\bsections?(?:\(s\))?\s*:\s*", re.IGNORECASE)
# The name that goes before a chapter of ACOEM's; the MTUS took over the second edition's.
_ACOEM_NAME = re.compile(
    r"^(?:the\s+)?(?:acoem|american college of occupational (?:and|&) environmental medicine(?:\s*\(acoem\))?)"
    r"(?:\s+(?:occupational\s+medicine\s+)?(?:practice\s+)?guidelines?)?[,:\s]+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_PAGES = re.compile(r"\b(?:pages?(?:\(s\))?\s*:?|pgs?\.?|pp?\.)\s*(?=\d)", re.IGNORECASE)
_PAGE_LIST = re.compile(r"\d+(?:\s*-\s*\d+)?(?:\s*(?:,|and|&)\s*\d+(?:\s*-\s*\d+)?)*")
_PAGE = re.compile(r"\d+(?:\s*-\s*\d+)?")
_EDGES = " \t\n.,;:"
_LEADING = re.compile(r"[\s.,;:]*(?:and\s+)?(?:the\s+)?", re.IGNORECASE)
_LEFT_OVER = re.compile(r"[\s,;]+(?:and(?:\s+the)?|the)\s*$", re.IGNORECASE)


class Place(NamedTuple):
    """A stretch of a guideline paragraph that is one citation; `offset` is where the paragraph begins."""

    text: str
    offset: int
    start: int
    end: int

    def part(self, start: int, end: int) -> "Place":
        """Return the stretch from `start` to `end` of the same paragraph."""
        return self._replace(start=start, end=end)

    def words(self) -> str:
        """Return the stretch's own words."""
        return self.text[self.start : self.end]


def authority_of(words: str) -> Authority:
    """Return whose guideline is named outside of the MTUS."""
    if ODG.search(words):
        return "ODG"
    return "ACOEM" if ACOEM.search(words) else "other"


def citation(authority: Authority, place: Place, cited_by: Party, title: str | None = None) -> Citation | None:
    """Read one citation; None where nothing but punctuation is left of it."""
    start, end = _trim(place)
    if start >= end:
        return None
    text = place.text[start:end]
    year = _YEAR.search(text)
    return Citation(
        authority=authority,
        title=" ".join((title or _title(text)).split()),
        year=int(year[1]) if year else None,
        sections=_listed_sections(text),
        pages=_listed_pages(text),
        start=place.offset + start,
        end=place.offset + end,
        cited_by=cited_by,
    )


def _trim(place: Place) -> tuple[int, int]:
    piece = place.words()
    if found := _LEFT_OVER.search(piece):
        piece = piece[: found.start()]
    leading = _LEADING.match(piece)
    left = leading.end() if leading else 0
    return place.start + left, place.start + max(left, len(piece.rstrip(_EDGES)))


def _title(text: str) -> str:
    """Return a citation's title: what is left without the authority's own name and the lists of sections and pages."""
    cut = min([found.start() for pattern in (SECTIONS, _PAGES) if (found := pattern.search(text))] or [len(text)])
    named = _balanced(_ACOEM_NAME.sub("", ODG.sub("", text[:cut]).strip(_EDGES)))
    return named or text[:cut].strip(_EDGES)


def _balanced(title: str) -> str:
    """Drop a bracket at a title's edge that has no partner."""
    title = title.strip(_EDGES)
    if title.startswith("(") and title.endswith(")") and title.count("(") == 1:
        title = title[1:-1]
    if title.count("(") != title.count(")"):
        title = title.strip("()")
    return title.strip(_EDGES)


def _listed_sections(text: str) -> tuple[str, ...]:
    found = SECTIONS.search(text)
    if not found:
        return ()
    stop = _PAGES.search(text, found.end())
    listed = re.split(r",\s*(?![^()]*\))", text[found.end() : stop.start() if stop else len(text)])
    return tuple(part for piece in listed if (part := re.sub(r"^and\s+", "", piece.strip(_EDGES))))


def _listed_pages(text: str) -> tuple[str, ...]:
    found = _PAGES.search(text)
    listed = _PAGE_LIST.match(text, found.end()) if found else None
    return tuple(re.sub(r"\s", "", page) for page in _PAGE.findall(listed.group())) if listed else ()
