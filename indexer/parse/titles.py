"""What a disputed item's heading asks for: title, the part in dispute, quantity, whether retrospective."""

import re

from indexer.records import Record

# What the heading's frame leaves in dispute stands last: '... The original request, X' (DOMAIN.md, layout 1).
_IN_DISPUTE = re.compile(
    r"\bthe\s+(?:(?:remaining\s+)?imr[\s-]+eligible\s+portion\s+of\s+the\s+original\s+request|original\s+request)\s*,\s*",
    re.IGNORECASE,
)
_RETROSPECTIVE = re.compile(r"\bretro(?:spective(?:ly)?)?\b|\bDOS\b|\bdates? of service\b", re.IGNORECASE)
_WORDED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|twenty(?:[ -]four)?"
_NUMBER = rf"(?:\d+(?:\s*(?:-|to)\s*\d+)?|{_WORDED})(?:\s*\(\d+\))?"
_UNIT = (
    r"(?:sessions?|visits?|treatments?|days?|weeks?|months?|hours?|units?|tablets?|tabs?|capsules?|injections?"
    r"|refills?)"
)
_SCHEDULE = (
    rf"\b{_NUMBER}\s*(?:times?|x)\s*(?:(?:a|per|each)\s+|/\s*)?(?:week|wk|month)(?:ly)?,?\s*"
    rf"(?:for|x|times|over|per)\s*{_NUMBER}\s*(?:weeks?|wks?|months?)(?:\s*\([^)]{{1,40}}\))?"
)
# The most telling first.
_QUANTITIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _SCHEDULE,
        rf"\b{_NUMBER}\s*x\s*{_NUMBER}\b",
        r"#\s*\d+(?:\s+with\s+\w+\s+refills?)?",
        r"\b(?:qty|quantity)\s*[:.]?\s*\d+",
        rf"\b{_NUMBER}\s+(?:\w+\s+){{0,3}}?{_UNIT}\b",
        rf"\b(?:times|x)\s*{_NUMBER}\b",
    )
)


class Asked(Record, frozen=True):
    """A heading taken apart. `request` is the part in dispute; equal to `title` where nothing was authorised."""

    title: str
    request: str
    quantity: str | None
    retrospective: bool


def read_title(title: str) -> Asked:
    """Say what a heading's title, without number, sentence frame and outcome, asks for."""
    request = in_dispute(title) or title
    return Asked(
        title=title,
        request=request,
        quantity=read_quantity(request),
        retrospective=bool(_RETROSPECTIVE.search(request)),
    )


def in_dispute(text: str) -> str | None:
    """Return what a partly authorised item's frame leaves in dispute, or None where there is no such frame."""
    frames = list(_IN_DISPUTE.finditer(text))
    return (text[frames[-1].end() :].strip() or None) if frames else None


def read_quantity(text: str) -> str | None:
    """Return the first and most telling count in a text as written: visits, dose count, duration."""
    for pattern in _QUANTITIES:
        if found := pattern.search(text):
            return found.group().strip()
    return None
