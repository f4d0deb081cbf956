"""Layout 3: the medical professional review of 2013.

Law of counts: as many rationale headings as issues. In principle a letter has one of each; a sample with
several items lists its issues together and repeats the guideline and rationale sections in the issues' order.
"""

from collections.abc import Iterator

from eval.letters import wording
from eval.letters.blocks import Block, bold, plain, prose
from eval.letters.citations import GuidelineTexts, part_of_the_mtus
from eval.letters.cover import cover
from eval.letters.layout2 import header_2013
from eval.letters.records import SampleItem, SampleLetter, disputed

TITLE = "MEDICAL PROFESSIONAL REVIEW"
ISSUE = "ISSUE AT DISPUTE:"
SUMMARY = "CASE SUMMARY:"
DOCUMENTS = "DOCUMENTS REVIEWED FOR DETERMINATION:"
GUIDELINES = "MEDICAL TREATMENT GUIDELINE(S) RELIED UPON BY PROFESSIONAL REVIEWER AND WHY:"
RATIONALE = "RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE"
QUALIFICATIONS = "MEDICAL REVIEWER QUALIFICATIONS:"

# Reviewers fill in the form's 'IS/WAS' in three ways; which one a sample has follows from its case number.
TENSES = ("WAS", "IS", "IS/WAS")


def guidelines(item: SampleItem) -> GuidelineTexts:
    """Return what the reviewer relied on; the form has no place for the claims administrator's guidelines."""
    return GuidelineTexts(None, part_of_the_mtus(item.imr_guideline, "The Physician Reviewer"))


def layout_3(letter: SampleLetter) -> tuple[Block, ...]:
    """Return a letter in the form of the 2013 professional review."""
    return (
        *cover(letter),
        bold(TITLE, "title"),
        *header_2013(letter),
        bold(ISSUE, "label"),
        *_issues(letter),
        bold(SUMMARY, "label"),
        *prose(letter.summary),
        bold(DOCUMENTS, "label"),
        *(plain(f"- {document}", "line") for document in wording.documents(letter)),
        *_rationales(letter),
        bold(QUALIFICATIONS, "label"),
        plain(wording.how_made(letter, "physician reviewer")),
    )


def _issues(letter: SampleLetter) -> Iterator[Block]:
    several = len(letter.items) > 1
    for number, item in enumerate(letter.items, start=1):
        lead = f"{number}. " if several else ""
        yield plain(f"{lead}Whether the request for {disputed(item)} was medically necessary.")


def _rationales(letter: SampleLetter) -> Iterator[Block]:
    tense = TENSES[sum(map(ord, letter.case)) % len(TENSES)]
    for item in letter.items:
        denied = " NOT" if item.outcome == "upheld" else ""
        yield bold(GUIDELINES, "label")
        yield plain(guidelines(item).imr)
        yield bold(f"{RATIONALE} {tense}{denied} MEDICALLY NECESSARY:", "label")
        yield from prose(item.rationale)
