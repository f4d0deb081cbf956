"""Dates as people write them, so that '2015-03-19', '3/19/2015' and 'March 19, 2015' meet."""

import re
from typing import NamedTuple

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: place for place, name in enumerate(_NAMES, 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_FORMS = (
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-\u2010\u2011](?P<digits>\d\d)[-\u2010\u2011](?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<![\d/])(?P<digits>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>(?:19|20)?\d\d)(?![\d/])"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})\s+{_MONTH},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
)
_CENTURY = 100


class Dated(NamedTuple):
    """A date at text[start:end]; `day` is None where only the month is said."""

    start: int
    end: int
    year: int
    month: int
    day: int | None


def dates_in(text: str) -> list[Dated]:
    """Return the dates of a text; none lies within another."""
    found: list[Dated] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            parts = match.groupdict()
            month = int(parts["digits"]) if parts.get("digits") else _MONTHS[parts["month"][:3].lower()]
            year = int(parts["year"])
            day = int(parts["day"]) if parts.get("day") else None
            found.append(Dated(match.start(), match.end(), year + 2000 if year < _CENTURY else year, month, day))
    return found


def same(one: Dated, year: int, month: int, day: int | None) -> bool:
    """Whether a date is another, as far as both are told."""
    return (one.year, one.month) == (year, month) and (one.day is None or day is None or one.day == day)
