"""Sentences with their places: the unit that is never cut in a passage or a quote.

nupunkt (Punkt trained on legal text) splits; what it lacks is the letters' own abbreviations before numbers
('pg. 309') and dosing Latin ('0.5 mg q.i.d. prn'), which are joined again here.
"""

import re
from typing import NamedTuple

import nupunkt

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:pgs?|pp?|no|nos|vs|approx|fig|ch|sec|vol|ed|eds|dr|mr|mrs|ms|st|yrs?|mos?|wks?|tabs?|caps?"
    r"|[bqt]\.?i\.?d|q\.?h\.?s|p\.?r\.?n|i\.e|e\.g|et al|s\.l\.r|[A-Z])\.$",
    re.IGNORECASE,
)
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")
_CONTINUES = re.compile(r"[a-z0-9(,;:]")


class SentenceSpan(NamedTuple):
    """A sentence's place: text[start:end], without the white space around it."""

    start: int
    end: int


def sentence_spans(text: str) -> tuple[SentenceSpan, ...]:
    """Split a text into sentences that together hold every character but white space, in order."""
    spans: list[SentenceSpan] = []
    start = 0
    for gap in _PARAGRAPH_BREAK.finditer(text):
        spans += _in_paragraph(text, start, gap.start())
        start = gap.end()
    return (*spans, *_in_paragraph(text, start, len(text)))


def _in_paragraph(text: str, begin: int, stop: int) -> list[SentenceSpan]:
    """Split one paragraph; nupunkt alone runs a sentence on over a blank line after an abbreviation."""
    paragraph = text[begin:stop]
    if not paragraph.strip():
        return []
    spans: list[SentenceSpan] = []
    for start, end in nupunkt.sent_spans(paragraph):
        trimmed = trim(text, begin + start, begin + end)
        if trimmed is None:
            continue
        if spans and _goes_on(text, spans[-1], trimmed):
            spans[-1] = SentenceSpan(spans[-1].start, trimmed.end)
        else:
            spans.append(trimmed)
    return spans


def trim(text: str, start: int, end: int) -> SentenceSpan | None:
    """Return the place of text[start:end] without the white space around it; None where nothing else is there."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    first = start + len(piece) - len(piece.lstrip())
    return SentenceSpan(first, first + len(stripped))


def _goes_on(text: str, before: SentenceSpan, after: SentenceSpan) -> bool:
    """Whether the break between two spans falls inside a sentence."""
    if not _ABBREVIATION.search(text[before.start : before.end]):
        return False
    return bool(_CONTINUES.match(text[after.start]))
