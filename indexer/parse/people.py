"""The reviewer's credentials and what the summary says of the patient."""

import re
from collections.abc import Mapping

from indexer.parse.normalise import Normaliser
from indexer.records import Patient, Reviewer, Sex

_AGE = (
    re.compile(r"\b(\d{1,3})[\s-]*(?:year|yr)s?[\s-]*old\b", re.IGNORECASE),
    re.compile(r"\b(\d{1,3})\s*(?:y/?o|yo)\b", re.IGNORECASE),
    re.compile(r"\bage[d]?\s*(?:of\s*|:\s*)?(\d{1,3})\b", re.IGNORECASE),
)
_FEMALE = re.compile(r"\b(?:female|woman|lady)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:male|man|gentleman)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|his|him)\b", re.IGNORECASE)
# Words after the age within which the sex is named ('52 year old right hand dominant male').
_NEAR = 60
_OLDEST = 110


def read_reviewer(how_made: str, labels: Mapping[str, re.Pattern[str]], normaliser: Normaliser) -> Reviewer:
    """Read licensure and specialties from the section that tells how the determination was made."""
    licensure: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    for paragraph in how_made.split("\n\n"):
        if found := labels["licensure"].match(paragraph):
            licensure = _listed(paragraph[found.end() :])
        elif found := labels["specialties"].match(paragraph):
            specialties = _listed(paragraph[found.end() :])
    normalised = tuple(dict.fromkeys(name for text in specialties if (name := normaliser.specialty(text))))
    return Reviewer(licensure=licensure, specialties=specialties, specialties_normalised=normalised)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip(" .")))


def read_patient(summary: str) -> Patient:
    """Read age in years and sex from the clinical summary's first mention of each."""
    for pattern in _AGE:
        if (found := pattern.search(summary)) and 0 < int(found[1]) <= _OLDEST:
            near = summary[max(0, found.start() - _NEAR) : found.end() + _NEAR]
            return Patient(age=int(found[1]), sex=_named_sex(near) or _pronoun_sex(summary))
    return Patient(age=None, sex=_named_sex(summary) or _pronoun_sex(summary))


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
