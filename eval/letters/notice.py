"""The notice of early 2013.

Law of counts: two decision sentences, one 'Regarding the request for', one rationale label for each item.
"""

from collections.abc import Iterator

from eval.letters import wording
from eval.letters.blocks import Block, bold, plain, prose
from eval.letters.citations import GuidelineTexts, part_of_the_mtus
from eval.letters.cover import cover
from eval.letters.layout2 import notice_head
from eval.letters.records import SampleItem, SampleLetter, disputed
from eval.letters.wording import unpadded

DECISIONS = "INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE"
QUALIFICATIONS = "Medical Qualifications of the Expert Reviewer:"
SUMMARY = "Expert Reviewer Case Summary:"
DOCUMENTS = "Documents Reviewed for Determination:"
GUIDELINES = "Medical Treatment Guideline(s) Relied Upon by the Expert Reviewer to Make His/Her Decision:"
RATIONALE = "Rationale for the Decision:"


def guidelines(item: SampleItem) -> GuidelineTexts:
    """Return what the reviewer relied on; the notice does not give the other side's guidelines."""
    return GuidelineTexts(None, part_of_the_mtus(item.imr_guideline, "The Expert Reviewer"))


def notice_2013(letter: SampleLetter) -> tuple[Block, ...]:
    """Return a letter in the form of the early 2013 notice."""
    dates = letter.dates
    return (
        *cover(letter),
        *notice_head(letter),
        *_statements(letter),
        bold(DECISIONS, "heading"),
        plain(
            f"The application for Independent Medical Review of {unpadded(dates.application_received)} "
            f"disputes the Utilization Review Denial of {unpadded(dates.ur_denial)}. Each treatment or "
            "service in dispute has been decided:"
        ),
        *_statements(letter),
        bold(QUALIFICATIONS, "label"),
        plain(wording.how_made(letter, "physician reviewer")),
        bold(SUMMARY, "label"),
        *prose(letter.summary),
        bold(DOCUMENTS, "label"),
        *(plain(f"- {document}", "line") for document in wording.documents(letter)),
        *_rationales(letter),
    )


def _statements(letter: SampleLetter) -> Iterator[Block]:
    for number, item in enumerate(letter.items, start=1):
        yield plain(
            f"{number}) MAXIMUS Federal Services, Inc. has determined the request for {disputed(item)} is "
            f"{wording.NECESSARY[item.outcome]}."
        )


def _rationales(letter: SampleLetter) -> Iterator[Block]:
    for number, item in enumerate(letter.items, start=1):
        yield bold(f"{number}) Regarding the request for {disputed(item)}:", "item_heading")
        yield bold(GUIDELINES, "label")
        yield plain(guidelines(item).imr)
        yield bold(RATIONALE, "label")
        yield from prose(item.rationale)
