"""Guideline paragraphs, split into citations with their spans.

'Decision based on MTUS Knee Complaints 2004, Section(s): Initial Care, and Elbow Complaints 2007. Decision based on
Non-MTUS Citation ...' holds three. In 2013 each is followed by ', which is (not) part of the MTUS'.
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from config.terms import load_terms
from indexer.parse.cited import ACOEM, ODG, SECTIONS, Place, authority_of, citation
from indexer.records import Citation, Party, Span

_SEGMENT = re.compile(r"decisions?\s+(?:was\s+|is\s+)?based\s+(?:its\s+|up)?on\s+(?:the\s+)?", re.IGNORECASE)
_FALLBACK = re.compile(r"based\s+(?:its|his/her|their|the)\s+decision\s+(?:up)?on\s+(?:the\s+)?", re.IGNORECASE)
# 'Non-MTUS Citation X', and 'the MTUS X' after another citation (2014): what follows is of the one kind or the other.
_MARKER = re.compile(
    r"(?P<outside>non[\s-]*mtus(?:\s+citations?)?:?\s*)|(?:,\s*|\band\s+)the\s+mtus\s+(?!guidelines?\b)", re.IGNORECASE
)
_PART_OF = re.compile(
    r",?\s*which\s+(?:is|are)\s+(?P<not>not\s+)?(?:a\s+)?part\s+of\s+the\s+(?:mtus|california medical treatment[^,.]*)",
    re.IGNORECASE,
)
_MTUS = re.compile(r"\bmtus\b|california medical treatment utilization schedule", re.IGNORECASE)
_NO_CITATION = re.compile(
    r"did not cite|recommendation\(?s?\)? outside of|no (?:medical )?(?:evidence|guidelines?)", re.IGNORECASE
)
_DATED = re.compile(r"[\s,(]*(?:19|20)\d{2}\b")


class _Run(NamedTuple):
    """Neighbouring citations within the MTUS, or outside of it."""

    place: Place
    outside: bool


def read_citations(guideline: Span | None, cited_by: Party) -> tuple[Citation, ...]:
    """Return the citations of one guideline paragraph, in order; none where the party cited nothing."""
    if guideline is None:
        return ()
    whole = Place(guideline.text, guideline.start, 0, len(guideline.text))
    found: list[Citation | None] = []
    for segment in _segments(whole):
        for run in _runs(segment):
            found.extend((_others if run.outside else _mtus)(run.place, cited_by))
    return tuple(one for one in found if one is not None)


def _segments(whole: Place) -> Iterator[Place]:
    """Split a paragraph at each 'Decision based on'."""
    found = list(_SEGMENT.finditer(whole.text)) or list(_FALLBACK.finditer(whole.text))
    ends = [*(match.start() for match in found[1:]), whole.end]
    starts = [match.end() for match in found] or [0]
    for start, end in zip(starts, ends, strict=True):
        segment = whole.part(start, end)
        if _MARKER.search(segment.words()) or not _NO_CITATION.search(segment.words()):
            yield segment


def _runs(segment: Place) -> Iterator[_Run]:
    """Tell what is cited as part of the MTUS from what is not."""
    start = segment.start
    parts = list(_PART_OF.finditer(segment.text, segment.start, segment.end))
    for part in parts:
        yield _Run(segment.part(start, part.start()), outside=bool(part["not"]))
        start = part.end()
    if parts:
        return
    outside = False
    for marker in _MARKER.finditer(segment.text, segment.start, segment.end):
        yield from _run(segment.part(start, marker.start()), outside=outside)
        start, outside = marker.end(), bool(marker["outside"])
    yield from _run(segment.part(start, segment.end), outside=outside)


def _run(place: Place, *, outside: bool) -> Iterator[_Run]:
    if outside or _MTUS.search(place.words()) or not re.fullmatch(r"\W*(?:and|the|\W)*", place.words()):
        yield _Run(place, outside)


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


def _mtus(place: Place, cited_by: Party) -> Iterator[Citation | None]:
    """Split citations of the MTUS at the chapter titles; a section that repeats a title stays a section."""
    found = _chapters().finditer(place.text, place.start, place.end)
    chapters = [chapter for chapter in found if not _within_sections(place, chapter)]
    if not chapters:
        yield citation("MTUS", place, cited_by)
        return
    ends = [*(chapter.start() for chapter in chapters[1:]), place.end]
    for chapter, end in zip(chapters, ends, strict=True):
        yield citation("MTUS", place.part(chapter.start(), end), cited_by, chapter["title"])


def _within_sections(place: Place, chapter: re.Match[str]) -> bool:
    """Whether a chapter's title is one of the sections cited before it rather than a new chapter."""
    before = place.text[place.start : chapter.start()]
    listed = list(SECTIONS.finditer(before))
    if not listed:
        return False
    # A new chapter follows ', and ' or ';' or carries a year; a section stands straight after the label or a comma.
    if re.search(r"(?:,\s*and|;)\s*(?:acoem\s*)?$", before[listed[-1].end() :], re.IGNORECASE):
        return False
    return not _DATED.match(place.text, chapter.end(), place.end)


def _others(place: Place, cited_by: Party) -> Iterator[Citation | None]:
    """Split citations outside of the MTUS at semicolons, where what follows is no topic of the one before."""
    start = place.start
    for semicolon in re.finditer(";", place.words()):
        end = place.start + semicolon.start()
        before, after = place.part(start, end), place.part(end + 1, place.end)
        if authority_of(before.words()) == "other" or ODG.search(after.words()) or ACOEM.search(after.words()):
            yield citation(authority_of(before.words()), before, cited_by)
            start = end + 1
    last = place.part(start, place.end)
    yield citation(authority_of(last.words()), last, cited_by)
