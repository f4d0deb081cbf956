"""The reviewer's credentials and what the summary says of the patient."""

import re

from indexer.parse.layouts import Layout
from indexer.parse.normalise import Normaliser
from indexer.records import Patient, Reviewer, Sex

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_WORDED = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-]+(?:{'|'.join(_UNITS)}))?|{'|'.join(_TEENS)})"
_PERSON = r"(?:man|woman|male|female|gentleman|lady|claimant|patient|worker|applicant|employee)"
_YEAR_OLD = r"[\s-]*(?:years?|yrs?)[\s-]*old\b"
# However an age is put: '54-year-old', 'fifty-one (51) year old', '61 years of age', 'a woman of 41', 'a man, 31,'.
_AGE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<age>\d{{1,3}})\)?{_YEAR_OLD}",
        rf"\b(?P<age>{_WORDED}){_YEAR_OLD}",
        r"\b(?P<age>\d{1,3})\s*(?:y/?o\b|yo\b)",
        r"\b(?P<age>\d{1,3})\s+years?\s+of\s+age\b",
        r"\baged?\s*(?:of\s*|:\s*)?(?P<age>\d{1,3})\b",
        rf"\b{_PERSON}\s+of\s+(?P<age>\d{{2}})\b",
        r"\b(?:male|female)\s+(?:\w+\s+){1,3}of\s+(?P<age>\d{2})\s+years\b",
        rf"\b{_PERSON},?\s+(?:is\s+)?(?P<age>\d{{2}})\s*(?:,|and\b)",
        r"\b(?P<age>\d{2})\s*(?:,|and\b)\s*(?:an?\s+)?(?:fe)?male\b",
    )
)
_FEMALE = re.compile(r"\b(?:female|woman|lady)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:male|man|gentleman)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|his|him)\b", re.IGNORECASE)
# Words after the age within which the sex is named ('52 year old right hand dominant male').
_NEAR = 60
_OLDEST = 110


def read_reviewer(how_made: str, layout: Layout, normaliser: Normaliser) -> Reviewer:
    """Read licensure and specialties, behind their labels or in prose, from the section on the reviewer.

    Args:
        how_made: the section's text, paragraphs set apart by blank lines.
        layout: the letter's.
        normaliser: tells a specialty with an 'and' in its name from two specialties.
    """
    found = {name: _labelled(how_made, pattern) for name, pattern in layout.reviewer.items()}
    licensure, specialties = found.get("licensure", ()), found.get("specialties", ())
    if prose := layout.credentials.search(" ".join(how_made.split())):
        named = (*_worded(prose["board"], normaliser), *_worded(prose["subspecialty"], normaliser))
        specialties = specialties or tuple(dict.fromkeys(named))
        licensure = licensure or _worded(prose["licensure"], normaliser)
    normalised = tuple(dict.fromkeys(name for text in specialties if (name := normaliser.specialty(text))))
    return Reviewer(licensure=licensure, specialties=specialties, specialties_normalised=normalised)


def _labelled(how_made: str, label: re.Pattern[str]) -> tuple[str, ...]:
    for paragraph in how_made.split("\n\n"):
        if found := label.match(paragraph):
            return _listed(paragraph[found.end() :])
    return ()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip(" .")))


def _worded(text: str | None, normaliser: Normaliser) -> tuple[str, ...]:
    """Split a list in prose: 'A', 'A and B', 'A, B and C'."""
    names: list[str] = []
    for piece in _listed(text or ""):
        name = piece.removeprefix("and ")
        names.extend([name] if normaliser.specialty(name) else name.split(" and "))
    return tuple(part for name in names if (part := name.strip(" .")))


def read_patient(summary: str) -> Patient:
    """Read age in years and sex from the clinical summary's first mention of each."""
    found = sorted(
        (match.start(), match.end(), _years(match["age"])) for age in _AGE for match in age.finditer(summary)
    )
    for start, end, age in found:
        if 0 < age <= _OLDEST:
            near = summary[max(0, start - _NEAR) : end + _NEAR]
            return Patient(age=age, sex=_named_sex(near) or _pronoun_sex(summary))
    return Patient(age=None, sex=_named_sex(summary) or _pronoun_sex(summary))


def _years(text: str) -> int:
    """Return a number written in figures or in words."""
    if text.isdigit():
        return int(text)
    first, *rest = re.split(r"[\s-]+", text.lower())
    if first in _TEENS:
        return _TEENS.index(first) + 10
    return (_TENS.index(first) + 2) * 10 + (_UNITS.index(rest[0]) + 1 if rest else 0)


def _named_sex(text: str) -> Sex | None:
    if _FEMALE.search(text):
        return "female"
    return "male" if _MALE.search(text) else None


def _pronoun_sex(text: str) -> Sex | None:
    """Return the sex that the pronouns agree on; None where both or neither stand."""
    she, he = bool(_SHE.search(text)), bool(_HE.search(text))
    if she == he:
        return None
    return "female" if she else "male"
