"""The strength of a drug as a request writes it: '10/325mg', '5%', '100 mcg/hr'."""

import re

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = r"(?:mg|mcg|\u00b5g|ug|milligrams?|micrograms?|units?|iu|meq|%|percent)"
_PER = r"(?:\s?/\s?(?:\d+\s?)?(?:ml|hr?|hour|g|gm|actuation|spray))?"
_DOSE = re.compile(
    rf"(?<![\w.#/-]){_NUMBER}(?:\s?(?:mg)?\s?[-/]\s?{_NUMBER}){{0,2}}\s?{_UNIT}{_PER}(?!\w)", re.IGNORECASE
)
_PAIR = re.compile(r"(?<![\w.#/-])\d+(?:\.\d+)?/\d{2,3}(?![\w/])")


def read_dose(text: str) -> str | None:
    """Return the first strength in a text as written, or None."""
    found = _DOSE.search(text) or _PAIR.search(text)
    return found.group().strip() if found else None
