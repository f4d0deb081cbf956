"""The header block: case number, dates, priority; and the outcome that a cover page states."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from indexer.records import Dates, LetterOutcome, Record

_DATE = re.compile(
    r"(?P<numeric>\d{1,2}\s*[/-]\s*\d{1,2}\s*[/-]\s*(?:\d{4}|\d{2}))(?!\d)|(?P<written>[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4})",
)
_NUMERIC_FORMS = ("%m/%d/%Y", "%m/%d/%y")
_WRITTEN_FORMS = ("%B %d %Y", "%b %d %Y")
_CASE = re.compile(r"[A-Z]{2,10}\d{0,4}-\d{3,9}", re.IGNORECASE)
_PRIORITY = re.compile(r"(standard|expedited)\b", re.IGNORECASE)
_STATED = re.compile(
    r"final\s+determination:\s*(?:(?P<upheld>uph[eo]ld)|(?P<partially_overturned>partial(?:ly)?\s+overturn)"
    r"|(?P<overturned>overturn))",
    re.IGNORECASE,
)
# No value of the block is longer, whatever follows the last label.
_LONGEST_VALUE = 80
_DATE_FIELDS = ("assigned", "injury", "decision", "ur_denial", "application_received")


class Header(Record, frozen=True):
    """What the header block says; None for what it does not."""

    case_number: str | None
    dates: Dates
    priority: str | None


def read_header(text: str, labels: Mapping[str, re.Pattern[str]]) -> Header:
    """Read the header block: each label's value runs to the next label, whatever the columns and wraps."""
    values = _values(" ".join(text.split()), labels)
    case = _CASE.search(values.get("case_number", ""))
    priority = _PRIORITY.search(values.get("priority", ""))
    return Header(
        case_number=case.group().upper() if case else None,
        dates=Dates(**{field: read_date(values.get(field, "")) for field in _DATE_FIELDS}),
        priority=priority.group().capitalize() if priority else None,
    )


def _values(text: str, labels: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    found = sorted(
        (match.start(), -match.end(), name) for name, pattern in labels.items() for match in pattern.finditer(text)
    )
    # Of labels that overlap ('UR Application Received:' holds 'Application Received:') the longer, first, stands.
    kept: list[tuple[int, int, str]] = []
    for start, negative_end, name in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -negative_end, name))
    values: dict[str, str] = {}
    for place, (_, end, name) in enumerate(kept):
        stop = kept[place + 1][0] if place + 1 < len(kept) else len(text)
        values.setdefault(name, text[end : min(stop, end + _LONGEST_VALUE)])
    return values


def read_stated_outcome(text: str) -> LetterOutcome | None:
    """Return the outcome that a cover page states ('Final Determination: UPHOLD'), or None."""
    found = _STATED.search(text)
    return cast("LetterOutcome", found.lastgroup) if found else None


def read_date(text: str) -> date | None:
    """Return the first date in a text ('11/18/2016', '9-3-13', 'September 3, 2008'), or None."""
    for found in _DATE.finditer(text):
        if found["numeric"]:
            folded = re.sub(r"\s*[/-]\s*", "/", found["numeric"])
            forms = _NUMERIC_FORMS
        else:
            folded = " ".join(found["written"].replace(",", " ").replace(".", "").split())
            forms = _WRITTEN_FORMS
        for form in forms:
            try:
                return datetime.strptime(folded, form).date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                continue
    return None
