"""What was read of a letter beside what was expected, field by field, as texts that are equal when it is right."""

from collections.abc import Iterator

from eval.letters.expected import ExpectedItem, ExpectedLetter
from indexer.records import Determination, DisputedItem, Span

DATES = ("assigned", "injury", "decision", "ur_denial", "application_received")
ITEM_FIELDS = (
    "title",
    "request",
    "item outcome",
    "rationale",
    "claims administrator guideline",
    "imr guideline",
    "depends on",
)
FIELDS = (
    "layout",
    "item count",
    *ITEM_FIELDS,
    "letter outcome",
    "stated outcome",
    "summary",
    "case number",
    *(f"date: {name}" for name in DATES),
    "priority",
    "licensure",
    "specialties",
    "age",
    "sex",
)
NOT_READ = "(not read)"
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")

Compared = Iterator[tuple[str, str, str]]


def compare(wanted: ExpectedLetter, read: Determination | None) -> Compared:
    """Return (field, wanted, read) for every field; `read` is None for a letter that was rejected.

    White space and the kind of quotation mark are folded. Where the count of items is wrong, all of them are.
    """
    for field, text, got in _letter_fields(wanted, read):
        yield field, fold(text), fold(got) if read else NOT_READ
    items = read.items if read and len(read.items) == len(wanted.items) else ()
    for place, item in enumerate(wanted.items):
        yield from _item_fields(item, items[place] if items else None)


def fold(value: object) -> str:
    """Return a value as a text with its white space and quotation marks folded."""
    return " ".join(str(value).translate(_QUOTES).split())


def _letter_fields(wanted: ExpectedLetter, read: Determination | None) -> Iterator[tuple[str, object, object]]:
    yield "layout", wanted.layout, read and read.layout
    yield "item count", len(wanted.items), read and len(read.items)
    if wanted.outcome_known:
        yield "letter outcome", wanted.outcome, read and read.outcome
    yield "stated outcome", wanted.stated_outcome, read and read.stated_outcome
    yield "summary", wanted.summary, read and _text(read.summary)
    yield "case number", wanted.case, read and read.case_number
    for name in DATES:
        yield f"date: {name}", getattr(wanted.dates, name), read and getattr(read.dates, name)
    yield "priority", wanted.priority, read and read.priority
    yield "licensure", wanted.licensure, read and read.reviewer.licensure
    yield "specialties", wanted.specialties, read and read.reviewer.specialties
    yield "age", wanted.age, read and read.patient.age
    yield "sex", wanted.sex, read and read.patient.sex


def _item_fields(wanted: ExpectedItem, read: DisputedItem | None) -> Compared:
    pairs: dict[str, tuple[object, object]] = {
        "title": (wanted.title, read and read.title),
        "request": (wanted.request, read and read.request),
        "item outcome": (wanted.outcome, read and read.outcome),
        "rationale": (wanted.rationale, read and read.rationale.text),
        "claims administrator guideline": (
            wanted.claims_administrator_guideline,
            read and _text(read.claims_administrator_guideline),
        ),
        "imr guideline": (wanted.imr_guideline, read and _text(read.imr_guideline)),
        "depends on": (wanted.depends_on, read and read.depends_on),
    }
    for field, (text, got) in pairs.items():
        yield field, fold(text), fold(got) if read else NOT_READ


def _text(span: Span | None) -> str | None:
    return span.text if span else None
