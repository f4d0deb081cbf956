"""The cover page that some letters begin with, and the outcome of a letter as a whole."""

from typing import Literal

from eval.letters.blocks import Block, Run, bold, plain
from eval.letters.records import SampleLetter

LetterOutcome = Literal["upheld", "overturned", "partially_overturned"]

STATED = {
    "upheld": ("UPHOLD", "none"),
    "overturned": ("OVERTURN", "all"),
    "partially_overturned": ("PARTIAL OVERTURN", "some (but not all)"),
}


def letter_outcome(letter: SampleLetter) -> LetterOutcome:
    """Return what the items' outcomes make of the letter."""
    outcomes = {item.outcome for item in letter.items}
    if outcomes == {"upheld"}:
        return "upheld"
    return "overturned" if outcomes == {"overturned"} else "partially_overturned"


def cover(letter: SampleLetter) -> tuple[Block, ...]:
    """Return the cover page and the break after it; nothing for a letter without one."""
    if not letter.cover_page:
        return ()
    word, share = STATED[letter_outcome(letter)]
    decided = letter.dates.decision
    return (
        bold("Independent Medical Review Final Determination Letter", "title"),
        plain(f"{decided:%B} {decided.day}, {decided.year}"),
        plain("Dear Injured Worker:"),
        plain(
            "The independent review of the treatment dispute in your workers' compensation claim is "
            "complete. This page states the result; the pages that follow give the decision on each item "
            "and the reasons."
        ),
        Block(
            "label_paragraph",
            (
                Run(f"Final Determination: {word}.", bold=True),
                Run(
                    f" This means we decided that {share} of the disputed items/services are medically "
                    "necessary and appropriate."
                ),
            ),
        ),
        plain("Sincerely,"),
        plain("Medical Director"),
        Block("page_break"),
    )
