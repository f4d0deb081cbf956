"""What a correct reader says of a rendered letter."""

import datetime as dt

import msgspec

from eval.letters.blocks import paragraphs
from eval.letters.cover import LetterOutcome, letter_outcome
from eval.letters.layouts import FACTS
from eval.letters.records import Outcome, SampleItem, SampleLetter, Sex, disputed


class ExpectedItem(msgspec.Struct, frozen=True):
    """A disputed item as it should be read; texts are to be compared with white space folded.

    Attributes:
        number: its place in the letter, from 1.
        title: the heading without number, outcome and connecting words.
        request: the part in dispute; equal to the title where nothing was authorised.
        outcome: the decision.
        depends_on: the item with which it stands or falls, if any.
        claims_administrator_guideline: as rendered, without a label; None where the layout has none.
        imr_guideline: as rendered, without a label.
        rationale: its paragraphs, a blank line between them.
    """

    number: int
    title: str
    request: str
    outcome: Outcome
    depends_on: int | None
    claims_administrator_guideline: str | None
    imr_guideline: str
    rationale: str


class ExpectedDates(msgspec.Struct, frozen=True):
    """The header's dates; None where the layout's header, or the rendering, has no such row."""

    assigned: dt.date | None
    injury: dt.date | None
    decision: dt.date | None
    ur_denial: dt.date | None
    application_received: dt.date | None


class ExpectedLetter(msgspec.Struct, frozen=True):
    """A letter as it should be read.

    Attributes:
        case: the case number, where the header block or a running head gives it.
        layout: the reader's name of the layout, which has one name for both wordings of layout 1.
        outcome: None for a letter that is cut off.
        outcome_known: whether a reader can tell the outcome; not where a letter is cut off at a sentence's end.
        stated_outcome: the cover page's, if there is one.
    """

    case: str | None
    layout: str
    priority: str | None
    dates: ExpectedDates
    licensure: tuple[str, ...]
    specialties: tuple[str, ...]
    age: int
    sex: Sex
    summary: str
    outcome: LetterOutcome | None
    stated_outcome: LetterOutcome | None
    items: tuple[ExpectedItem, ...]
    outcome_known: bool = True


def expected(letter: SampleLetter, layout: str = "layout-1-2016", *, header: bool = True) -> ExpectedLetter:
    """Return what a correct reader says of a letter.

    Args:
        letter: the sample.
        layout: a key of `LAYOUTS`.
        header: whether the header block was rendered.
    """
    outcome = letter_outcome(letter)
    full = header and FACTS[layout].full_header
    # Without its header a letter still names its case where each page repeats it.
    named = header or FACTS[layout].running_heads
    return ExpectedLetter(
        case=letter.case if named else None,
        layout=FACTS[layout].reader_name or layout,
        priority=letter.priority if full else None,
        dates=_dates(letter, layout, header=header),
        licensure=letter.reviewer.licensure,
        specialties=letter.reviewer.specialties,
        age=letter.patient.age,
        sex=letter.patient.sex,
        summary=_text(letter.summary),
        outcome=outcome,
        stated_outcome=outcome if letter.cover_page else None,
        items=tuple(_item(item, number, layout) for number, item in enumerate(letter.items, start=1)),
    )


def _dates(letter: SampleLetter, layout: str, *, header: bool) -> ExpectedDates:
    if not header:
        return ExpectedDates(None, None, None, None, None)
    dates = letter.dates
    return ExpectedDates(
        assigned=dates.assigned if FACTS[layout].full_header else None,
        injury=dates.injury,
        decision=dates.decision,
        ur_denial=dates.ur_denial,
        application_received=dates.application_received,
    )


def _item(item: SampleItem, number: int, layout: str) -> ExpectedItem:
    texts = FACTS[layout].guidelines(item)
    return ExpectedItem(
        number=number,
        title=item.title if FACTS[layout].framed else disputed(item),
        request=disputed(item),
        outcome=item.outcome,
        depends_on=item.depends_on,
        claims_administrator_guideline=texts.claims_administrator,
        imr_guideline=texts.imr,
        rationale=_text(item.rationale),
    )


def _text(prose: str) -> str:
    return "\n\n".join(paragraphs(prose))
