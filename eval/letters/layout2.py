"""Layout 2: determinations of 2013.

Law of counts: one decision sentence for each item; a rationale label closes each group of neighbouring items
that share one rationale and its guidelines, so there are at most as many labels as items.
"""

from collections.abc import Iterator
from itertools import groupby

from eval.letters import wording
from eval.letters.blocks import Block, bold, header_row, plain, prose
from eval.letters.citations import GuidelineTexts, part_of_the_mtus
from eval.letters.cover import cover
from eval.letters.records import SampleGuideline, SampleItem, SampleLetter, disputed

DOCUMENTS = "DOCUMENTS REVIEWED"
DECISIONS = "IMR DECISION(S) AND RATIONALE(S)"
RATIONALE = "The Physician Reviewer's decision rationale:"

_Shared = tuple[str, tuple[SampleGuideline, ...], tuple[SampleGuideline, ...]]


def guidelines(item: SampleItem) -> GuidelineTexts:
    """Return the two sentences on guidelines, which stand without labels."""
    return GuidelineTexts(
        part_of_the_mtus(item.claims_administrator_guideline, "The Claims Administrator"),
        part_of_the_mtus(item.imr_guideline, "The Physician Reviewer"),
    )


def layout_2(letter: SampleLetter) -> tuple[Block, ...]:
    """Return a letter in the form of 2013."""
    return (
        *cover(letter),
        *notice_head(letter),
        bold(wording.HOW_MADE, "heading"),
        plain(wording.how_made(letter, "physician reviewer")),
        bold(DOCUMENTS, "heading"),
        plain("The following relevant documents were provided and considered:"),
        *(plain(f"- {document}", "line") for document in wording.documents(letter)),
        bold(wording.SUMMARY, "heading"),
        plain(wording.summary_introduced("physician reviewer")),
        *prose(letter.summary),
        bold(DECISIONS, "heading"),
        plain(wording.DECISIONS_INTRODUCED),
        *_decisions(letter),
    )


def notice_head(letter: SampleLetter) -> Iterator[Block]:
    """Return the title and the header block that all forms of 2013 begin with."""
    for line in wording.NOTICE_TITLE:
        yield bold(line, "title")
    yield from header_2013(letter)


def header_2013(letter: SampleLetter) -> tuple[Block, ...]:
    """Return the header block of 2013: one label and value a row, no priority and no day of assignment."""
    dates = letter.dates
    return (
        header_row("Dated:", wording.unpadded(dates.decision)),
        header_row("Date of UR Decision:", wording.unpadded(dates.ur_denial)),
        header_row("Date of Injury:", wording.unpadded(dates.injury)),
        header_row("IMR Application Received:", wording.unpadded(dates.application_received)),
        header_row("MAXIMUS Case Number:", letter.case),
    )


def _decisions(letter: SampleLetter) -> Iterator[Block]:
    for _, group in groupby(enumerate(letter.items, start=1), key=lambda pair: _shared(pair[1])):
        items = list(group)
        for number, item in items:
            yield bold(f"{number}. The decision for {disputed(item)} is {item.outcome}.", "item_heading")
        decided = items[0][1]
        texts = guidelines(decided)
        yield plain(texts.claims_administrator or "")
        yield plain(texts.imr)
        yield from prose(decided.rationale, first=RATIONALE)


def _shared(item: SampleItem) -> _Shared:
    return (item.rationale, item.claims_administrator_guideline, item.imr_guideline)
