"""The records that stages hand to each other: frozen, typed, written as JSON by msgspec.

A `Determination` is what `imr parse` prints and `/api/determinations/{id}` answers.
"""

import bisect
from datetime import date
from typing import Literal

import msgspec

ItemOutcome = Literal["upheld", "overturned"]
LetterOutcome = Literal["upheld", "overturned", "partially_overturned"]
Authority = Literal["MTUS", "ACOEM", "ODG", "other"]
Party = Literal["claims_administrator", "imr"]
Laterality = Literal["left", "right", "bilateral"]
Sex = Literal["male", "female"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Base of every record: immutable, and strict when read back."""


class Span(Record, frozen=True):
    """A stretch of a determination's canonical text: text == determination.text[start:end]."""

    text: str
    start: int
    end: int
    page: int | None = None
    page_end: int | None = None


class Source(Record, frozen=True):
    """The file a determination was read from."""

    name: str
    sha256: str
    pages: int | None


class Dates(Record, frozen=True):
    """The dates of the header block; None where the letter does not give one."""

    assigned: date | None = None
    injury: date | None = None
    decision: date | None = None
    ur_denial: date | None = None
    application_received: date | None = None


class Reviewer(Record, frozen=True):
    """The reviewer's credentials, as written and folded to the DWC's names of specialties."""

    licensure: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    specialties_normalised: tuple[str, ...] = ()


class Patient(Record, frozen=True):
    """What the clinical summary says of the injured worker."""

    age: int | None = None
    sex: Sex | None = None


class Citation(Record, frozen=True):
    """One guideline or source that a party relied on, with its span in the canonical text."""

    authority: Authority
    title: str
    year: int | None
    sections: tuple[str, ...]
    pages: tuple[str, ...]
    start: int
    end: int
    cited_by: Party


class Treatment(Record, frozen=True):
    """A treatment in the vocabulary's terms. `ingredients` is empty for anything but drugs."""

    concept: str
    category: str
    ingredients: tuple[str, ...] = ()


class DisputedItem(Record, frozen=True):
    """One disputed item with its decision: the unit of search."""

    number: int
    heading: Span
    title: str
    request: str
    outcome: ItemOutcome
    claims_administrator_guideline: Span | None
    imr_guideline: Span | None
    rationale: Span
    citations: tuple[Citation, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    body_regions: tuple[str, ...] = ()
    laterality: tuple[Laterality, ...] = ()
    quantity: str | None = None
    retrospective: bool = False
    depends_on: int | None = None


class PageStart(Record, frozen=True):
    """Where a page's text begins in the canonical text."""

    page: int
    start: int


class RemovedLine(Record, frozen=True):
    """A line that belongs to the page and not to the letter: what it said and where (lines count from 1)."""

    text: str
    page: int | None
    line: int


class Determination(Record, frozen=True):
    """A whole letter, split by disputed item. Every span refers to `text`; `furniture` is what reading dropped."""

    id: str
    case_number: str | None
    layout: str
    reader_version: str
    text_sha256: str
    source: Source
    dates: Dates
    priority: str | None
    reviewer: Reviewer
    patient: Patient
    summary: Span | None
    outcome: LetterOutcome | None
    stated_outcome: LetterOutcome | None
    items: tuple[DisputedItem, ...]
    warnings: tuple[str, ...]
    page_starts: tuple[PageStart, ...]
    furniture: tuple[RemovedLine, ...]
    text: str

    def page_at(self, offset: int) -> int | None:
        """Return the page that a character of the text stands on; None where the letter has no pages."""
        place = bisect.bisect_right(self.page_starts, offset, key=lambda entry: entry.start) - 1
        return self.page_starts[max(place, 0)].page if self.page_starts else None

    def item(self, number: int) -> DisputedItem | None:
        """Return a disputed item by its number, or None."""
        return next((item for item in self.items if item.number == number), None)


class Reason(Record, frozen=True):
    """A reason that a reviewer gives, of `config/vocabulary/reasons.toml`: determination.text[start:end] states it.

    `score` is 1 where a pattern matched, else the cosine to the nearest prototype sentence.
    """

    code: str
    start: int
    end: int
    by: Literal["pattern", "prototype"]
    score: float


class Passage(Record, frozen=True):
    """A window of whole sentences of one rationale, as embedded and as quoted.

    `start` and `end` refer to the determination's canonical text; `embedded` is the text the model saw
    (what was asked for and the passage), which fits the model's limit.
    """

    determination_id: str
    item: int
    start: int
    end: int
    embedded: str
