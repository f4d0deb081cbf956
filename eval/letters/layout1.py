"""Layout 1: determinations from 2014 on, in the wording of 2016 and in that of early 2014.

Law of counts: one rationale label for each item.
"""

from collections.abc import Callable, Iterator

from eval.letters import wording
from eval.letters.blocks import Block, bold, header_row, labelled, plain, prose
from eval.letters.citations import GuidelineTexts, based_its_decision, based_on
from eval.letters.cover import cover
from eval.letters.records import SampleItem, SampleLetter
from eval.letters.wording import padded

DECISIONS = "IMR ISSUES, DECISIONS AND RATIONALES"
CLAIMS_ADMINISTRATOR_2016 = "Claims Administrator guideline:"
IMR_2016 = "MAXIMUS guideline:"
RATIONALE_2016 = "Decision rationale:"
RATIONALE_2014 = "The Expert Reviewer's decision rationale:"


def guidelines_2016(item: SampleItem) -> GuidelineTexts:
    """Return what stands behind the two guideline labels."""
    return GuidelineTexts(
        based_on(item.claims_administrator_guideline, "The Claims Administrator"),
        based_on(item.imr_guideline, "The Expert Reviewer"),
    )


def guidelines_2014(item: SampleItem) -> GuidelineTexts:
    """Return the two sentences on guidelines, which stand without labels."""
    return GuidelineTexts(
        based_its_decision(item.claims_administrator_guideline, "The Claims Administrator"),
        based_its_decision(item.imr_guideline, "The Expert Reviewer"),
    )


def layout_1_2016(letter: SampleLetter) -> tuple[Block, ...]:
    """Return a letter in the wording of 2016."""
    return (
        *cover(letter),
        *_header(letter, "Application Received:"),
        bold(wording.HOW_MADE, "heading"),
        plain(f"{wording.independence('expert reviewer')} {wording.experience()}"),
        plain("The Expert Reviewer has the following credentials:"),
        plain(f"State(s) of Licensure: {', '.join(letter.reviewer.licensure)}", "line"),
        plain(f"Certification(s)/Specialty: {', '.join(letter.reviewer.specialties)}", "line"),
        *_summary_and_decisions(letter, _item_2016),
    )


def layout_1_2014(letter: SampleLetter) -> tuple[Block, ...]:
    """Return a letter in the wording of early 2014: items numbered, credentials in prose."""
    return (
        *cover(letter),
        *_header(letter, "UR Application Received:"),
        bold(wording.HOW_MADE, "heading"),
        plain(wording.how_made(letter, "expert reviewer")),
        *_summary_and_decisions(letter, _item_2014),
    )


def _header(letter: SampleLetter, received: str) -> tuple[Block, ...]:
    dates = letter.dates
    return (
        header_row("Case Number:", letter.case, "", ""),
        header_row("Date Assigned:", padded(dates.assigned), "Date of Injury:", padded(dates.injury)),
        header_row("Decision Date:", padded(dates.decision), "UR Denial Date:", padded(dates.ur_denial)),
        header_row("Priority:", letter.priority, received, padded(dates.application_received)),
    )


def _summary_and_decisions(
    letter: SampleLetter, worded: Callable[[int, SampleItem], Iterator[Block]]
) -> Iterator[Block]:
    yield bold(wording.SUMMARY, "heading")
    yield plain(wording.summary_introduced("expert reviewer"))
    yield from prose(letter.summary)
    yield bold(DECISIONS, "heading")
    yield plain(wording.DECISIONS_INTRODUCED)
    for number, item in enumerate(letter.items, start=1):
        yield from worded(number, item)


def _item_2016(_number: int, item: SampleItem) -> Iterator[Block]:
    texts = guidelines_2016(item)
    yield _item_heading(item.title, item)
    yield labelled(CLAIMS_ADMINISTRATOR_2016, texts.claims_administrator or "")
    yield labelled(IMR_2016, texts.imr)
    yield from prose(item.rationale, first=RATIONALE_2016)


def _item_2014(number: int, item: SampleItem) -> Iterator[Block]:
    texts = guidelines_2014(item)
    yield _item_heading(f"{number}. {item.title}", item)
    yield plain(texts.claims_administrator or "")
    yield plain(texts.imr)
    yield from prose(item.rationale, first=RATIONALE_2014)


def _item_heading(title: str, item: SampleItem) -> Block:
    """Close a heading with its outcome; a sentence about a partly authorised request reads '... is:'."""
    close = ":" if item.request is None else " is:"
    return labelled(f"{title}{close}", item.outcome.capitalize(), "item_heading")
