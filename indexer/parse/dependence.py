"""Which items stand or fall with another item of the same letter."""

import re
from collections.abc import Sequence

from indexer.parse.titles import Asked
from indexer.records import Treatment

# What is asked for only because of another service (DOMAIN.md: about 1 item in 13).
_DEPENDENT = re.compile(
    r"\bassociated\s+(?:surgical\s+)?services?\b|\bpre[\s-]?op(?:erative(?:ly)?)?\b|\bpost[\s-]?op(?:erative(?:ly)?)?\b"
    r"|\bpost[\s-]?surgical\b|\bpre[\s-]?surgical\b|\bperi[\s-]?operative\b|\bassistant\s+(?:surgeon|pa)\b"
    r"|\b(?:surgical|surgeon'?s?|pa|physician)\s+assist(?:ant)?\b|\bco-?surgeon\b|\bmedical\s+clearance\b"
    r"|\bsurgical\s+clearance\b|\binpatient\s+(?:hospital\s+)?stay\b|\bhospital\s+(?:length\s+of\s+)?stay\b"
    r"|\blength of stay\b",
    re.IGNORECASE,
)
_PRIMARY = ("Surgery > ", "Injection > ")
_ADJUNCT = "Surgery > Adjunct Surgical Services"
_SURGICAL_WORDS = re.compile(
    r"\b(?:arthroscop\w+|surgery|\w+ectomy|\w+otomy|\w+plasty|fusion|repair|release|decompression|ORIF|replacement"
    r"|reconstruction|neurolysis|implant\w*)\b",
    re.IGNORECASE,
)


def dependences(asked: Sequence[Asked], treatments: Sequence[Sequence[Treatment]]) -> tuple[int | None, ...]:
    """Return for each item the number of the item it depends on, or None.

    A dependent item follows the last primary (a surgery or an injection) before it, else the first after it;
    without any primary in the letter it depends on nothing that the letter decides.
    """
    dependent = [
        bool(_DEPENDENT.search(item.request)) or _adjunct(found) for item, found in zip(asked, treatments, strict=True)
    ]
    primary = [
        number
        for number, (item, found, rests) in enumerate(zip(asked, treatments, dependent, strict=True), start=1)
        if not rests and _is_primary(item, found)
    ]
    return tuple(_primary_of(number, primary) if rests else None for number, rests in enumerate(dependent, start=1))


def _adjunct(treatments: Sequence[Treatment]) -> bool:
    return bool(treatments) and all(treatment.category == _ADJUNCT for treatment in treatments)


def _is_primary(asked: Asked, treatments: Sequence[Treatment]) -> bool:
    if any(treatment.category.startswith(_PRIMARY) and treatment.category != _ADJUNCT for treatment in treatments):
        return True
    return not treatments and bool(_SURGICAL_WORDS.search(asked.request))


def _primary_of(number: int, primary: Sequence[int]) -> int | None:
    before = [candidate for candidate in primary if candidate < number]
    if before:
        return before[-1]
    return primary[0] if primary else None
