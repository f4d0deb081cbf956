"""The records of a sample letter, field for field as its TOML file has them."""

import datetime as dt
from typing import Literal

import msgspec

Outcome = Literal["upheld", "overturned"]
Sex = Literal["male", "female"]
Authority = Literal["MTUS", "ACOEM", "ODG", "other"]


class SampleGuideline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A guideline that one side cites for an item."""

    authority: Authority
    title: str
    year: int | None = None
    sections: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


class SampleItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One disputed item with its decision, and what a correct reader should make of it.

    `request` is the part in dispute where the claims administrator authorised part of the request;
    `title` then holds the whole frame and ends with the request.
    """

    title: str
    outcome: Outcome
    rationale: str
    concepts: tuple[str, ...] = ()
    category: str = ""
    body_regions: tuple[str, ...] = ()
    laterality: tuple[str, ...] = ()
    retrospective: bool = False
    quantity: str | None = None
    depends_on: int | None = None
    request: str | None = None
    duplicate_set: str | None = None
    claims_administrator_guideline: tuple[SampleGuideline, ...] = ()
    imr_guideline: tuple[SampleGuideline, ...] = ()


class SampleDates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dates of the header block."""

    injury: dt.date
    ur_denial: dt.date
    application_received: dt.date
    assigned: dt.date
    decision: dt.date


class SampleReviewer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the reviewer is licensed, and the specialties as a letter writes them."""

    licensure: tuple[str, ...]
    specialties: tuple[str, ...]


class SamplePatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The injured worker, as the summary describes them."""

    age: int
    sex: Sex


class SampleLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fictional determination letter."""

    case: str
    priority: Literal["Standard", "Expedited"]
    summary: str
    dates: SampleDates
    reviewer: SampleReviewer
    patient: SamplePatient
    items: tuple[SampleItem, ...]
    cover_page: bool = False


def disputed(item: SampleItem) -> str:
    """Return the part of an item that is in dispute: the request, else the whole title."""
    return item.title if item.request is None else item.request
