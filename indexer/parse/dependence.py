"""Which items stand or fall with another item of the same letter."""

import re
from collections.abc import Sequence
from typing import Literal

from indexer.parse.titles import Asked
from indexer.records import Treatment

# What an item may depend on: a surgery or an injection, a surgery alone, a device.
_Kind = Literal["procedure", "surgery", "device"]
_PRIMARY_KINDS: tuple[_Kind, ...] = ("procedure", "surgery", "device")

# What is asked for only because of another service (DOMAIN.md: about 1 item in 13).
_DEPENDENT = re.compile(
    r"\bassociated\s+(?:surgical\s+)?services?\b|\bpre[\s-]?op(?:erative(?:ly)?)?\b|\bpost[\s-]?op(?:erative(?:ly)?)?\b"
    r"|\bpost[\s-]?surgical\b|\bpre[\s-]?surgical\b|\bperi[\s-]?operative\b|\bassistant\s+(?:surgeon|pa)\b"
    r"|\b(?:surgical|surgeon'?s?|pa|physician)\s+assist(?:ant)?\b|\bco-?surgeon\b|\bmedical\s+clearance\b"
    r"|\bsurgical\s+clearance\b|\binpatient\s+(?:hospital\s+)?stay\b|\bhospital\s+(?:length\s+of\s+)?stay\b"
    r"|\blength of stay\b",
    re.IGNORECASE,
)
# Equipment and care that follow an operation: beside a surgery of the same letter they stand or fall with it.
_AFTER_SURGERY = re.compile(
    r"\b(?:cold therapy|cryotherapy|hot/cold|vascutherm|polar care|game ready|continuous passive motion|cpm|\w*sling"
    r"|crutches|walker|knee scooter|commode|shower chair|toilet seat|bone (?:growth )?stimulator"
    r"|(?:pneumatic|intermittent) compression|dvt|home health)\b",
    re.IGNORECASE,
)
_GUIDANCE = re.compile(r"\b(?:ultrasound|fluoroscop\w+|x-?ray|ct)[\s-]+guid(?:ance|ed)\b", re.IGNORECASE)
_SUPPLIES = re.compile(r"\bsupplies\b|\belectrodes\b|\blead wires\b", re.IGNORECASE)
_PRIMARY = ("Surgery > ", "Injection > ", "Pharmaceuticals > Viscosupplementation")
_SURGERY = "Surgery > "
_DEVICE = "DMEPOS > "
_DEVICE_SUPPLIES = "DMEPOS > Supplies"
_ADJUNCT = "Surgery > Adjunct Surgical Services"
_SURGICAL_WORDS = re.compile(
    r"\b(?:arthroscop\w+|surgery|\w+ectomy|\w+otomy|\w+plasty|fusion|repair|release|decompression|ORIF|replacement"
    r"|reconstruction|neurolysis|implant\w*)\b",
    re.IGNORECASE,
)


def dependences(asked: Sequence[Asked], treatments: Sequence[Sequence[Treatment]]) -> tuple[int | None, ...]:
    """Return for each item the number of the item it depends on, or None.

    A dependent item follows the last primary before it, else the first after it: an associated service follows a
    surgery or an injection, post-operative equipment a surgery, supplies a device. Without such an item in the
    letter it depends on nothing that the letter decides.
    """
    kinds = [_kind(item.request, found) for item, found in zip(asked, treatments, strict=True)]
    primaries = [
        {name for name in _PRIMARY_KINDS if kind is None and _is_primary(name, item, found)}
        for item, found, kind in zip(asked, treatments, kinds, strict=True)
    ]
    return tuple(
        _primary_of(number, [other for other, names in enumerate(primaries, start=1) if kind in names])
        if kind
        else None
        for number, kind in enumerate(kinds, start=1)
    )


def _kind(request: str, treatments: Sequence[Treatment]) -> _Kind | None:
    """Say on what kind of primary an item would depend, if any."""
    if _DEPENDENT.search(request) or _adjunct(treatments) or _GUIDANCE.match(request):
        return "procedure"
    if _AFTER_SURGERY.search(request):
        return "surgery"
    if treatments and all(one.category == _DEVICE_SUPPLIES for one in treatments) and _SUPPLIES.search(request):
        return "device"
    return None


def _adjunct(treatments: Sequence[Treatment]) -> bool:
    return bool(treatments) and all(treatment.category == _ADJUNCT for treatment in treatments)


def _is_primary(kind: _Kind, asked: Asked, treatments: Sequence[Treatment]) -> bool:
    prefixes: dict[_Kind, tuple[str, ...]] = {"procedure": _PRIMARY, "surgery": (_SURGERY,), "device": (_DEVICE,)}
    if any(one.category.startswith(prefixes[kind]) and one.category != _ADJUNCT for one in treatments):
        return True
    return kind != "device" and not treatments and bool(_SURGICAL_WORDS.search(asked.request))


def _primary_of(number: int, primary: Sequence[int]) -> int | None:
    before = [candidate for candidate in primary if candidate < number]
    if before:
        return before[-1]
    return primary[0] if primary else None
