"""What is odd about a letter that was read: warnings, and whether its end was cut off."""

import re
from collections.abc import Sequence

from indexer.parse.header import Header
from indexer.parse.layouts import Layout, Part
from indexer.read.lines import ends_sentence
from indexer.records import DisputedItem, LetterOutcome, Span

# A last sentence may lack its full stop and still be whole.
_CONCLUDED = re.compile(
    r"\b(?:necessary|appropriate|indicated|certified|authorized|supported|warranted)$", re.IGNORECASE
)


def ends_whole(text: str) -> bool:
    """Whether a letter's text ends as a sentence does."""
    return ends_sentence(text) or bool(_CONCLUDED.search(text))


def letter_outcome(items: Sequence[DisputedItem]) -> LetterOutcome:
    """Return what the items' outcomes make of the letter."""
    granted = sum(item.outcome == "overturned" for item in items)
    if granted == 0:
        return "upheld"
    return "overturned" if granted == len(items) else "partially_overturned"


def oddities(
    header: Header,
    summary: Span | None,
    items: Sequence[DisputedItem],
    layout: Layout,
    outcome: LetterOutcome | None,
    stated: LetterOutcome | None,
) -> list[str]:
    """Say what a letter lacks and where it does not agree with itself; `outcome` is None where it is cut off."""
    odd = []
    if header.case_number is None:
        odd.append("no case number")
    if header.dates.decision is None:
        odd.append("no decision date")
    if summary is None:
        odd.append("no clinical summary")
    for item in items:
        spans: dict[Part, Span | None] = {
            "claims_administrator_guideline": item.claims_administrator_guideline,
            "imr_guideline": item.imr_guideline,
        }
        missing = (part for part, span in spans.items() if span is None and layout.gives(part))
        odd.extend(f"item {item.number}: no {part.replace('_', ' ')}" for part in missing)
    if outcome is None:
        odd.append("the letter is cut off before its end")
    elif stated and stated != outcome:
        odd.append(f"cover page says {stated}, the items say {outcome}")
    return odd
