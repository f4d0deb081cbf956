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
# Not the 5 of 'L4-5' or the 325 of '10/325'.
_NUMBER = rf"(?<![a-wyz\d/.#-])(?:\d+(?:\s*(?:-|to)\s*\d+)?|(?:{_WORDED})\b)(?:\s*\(\d+\))?"
_UNIT = (
    r"(?:sessions?|visits?|treatments?|nights?|days?|weeks?|months?|hours?|units?|tablets?|tabs?|capsules?|caps"
    r"|injections?|refills?|trips?|box(?:es)?|packs?|packages?|bottles?|tubes?|pairs?|sets?|views?|patches)"
)
_PER_PERIOD = r"(?:(?:a|per|each)\s+|/\s*)(?:day|week|wk|month)"
_DURATION = rf"(?:for|x|times|over)\s*{_NUMBER}\s*(?:days?|weeks?|wks?|months?|years?)"
_SCHEDULE = (
    rf"(?:{_NUMBER}\s*(?:times?|x|visits?|sessions?)|\b(?:once|twice))\s*(?:(?:a|per|each)\s+|/\s*)?(?:week|wk|month)(?:ly)?,?\s*"
    rf"(?:for|x|times|over|per)\s*{_NUMBER}\s*(?:weeks?|wks?|months?)(?:\s*\([^)]{{1,40}}\))?"
)
_HOURS = (
    rf"{_NUMBER}\s*(?:hours?|hrs?)\s*{_PER_PERIOD}(?:,?\s*{_NUMBER}\s*(?:days?|times?|x)\s*{_PER_PERIOD})?"
    rf"(?:,?\s*{_DURATION})?"
)
# The most telling first.
_QUANTITIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _HOURS,
        _SCHEDULE,
        rf"\bevery\s+{_NUMBER}\s*(?:days?|weeks?|months?)\s+{_DURATION}",
        rf"{_NUMBER}\s*(?:x|times)\s*{_NUMBER}(?:\s*(?:weeks?|wks?|months?))?\b",
        # Teeth are numbered too.
        r"(?<!tooth\s)(?<!teeth\s)#\s*\d+(?:\s+with\s+\w+\s+refills?)?",
        r"\b(?:qty|quantity)\s*[:.]?\s*\d+",
        r"\bseries\s+of\s+(?:\d+|\w+)\b",
        rf"{_NUMBER}\s+(?:\w+\s+){{0,3}}?{_UNIT}\b(?:\s+with\s+\w+\s+refills?)?",
        rf"\b(?:(?:daily|weekly|monthly)\s+)?(?:times|x)\s*(?:\d+(?:\s*(?:-|to)\s*\d+)?|{_WORDED})\b(?:\s*\(\d+\))?",
        r"(?<![\w/.-])\d+(?:\.\d+)?\s*(?:ml|gms?|g|grams?|oz|ounces?)\b(?!\s*/)",
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
