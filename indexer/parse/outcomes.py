"""What was decided of an item: from its heading, from a statement apart, or from its rationale's label."""

from collections.abc import Mapping, Sequence

from config.errors import LetterRejected
from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout
from indexer.parse.marks import Mark
from indexer.parse.sections import DECISIONS, Section, section
from indexer.records import ItemOutcome, Record

_SHOWN = 60


class Decided(Record, frozen=True):
    """A heading's title, without number, frame and outcome, and the outcome."""

    title: str
    outcome: ItemOutcome


def stated_decisions(joined: Joined, sections: Sequence[Section], layout: Layout) -> dict[int, ItemOutcome]:
    """Return the outcomes that a letter states apart from its headings, before them, by item number.

    Raises:
        LetterRejected: two statements on one item do not agree.
    """
    decisions = section(sections, DECISIONS)
    if layout.statement is None or decisions is None:
        return {}
    outcomes: dict[int, ItemOutcome] = {}
    for found in layout.statement.finditer(joined.text, 0, decisions.start):
        number = int(found["number"] or 1)
        outcome = layout.outcome(found["outcome"])
        if outcome is None or outcomes.setdefault(number, outcome) != outcome:
            raise LetterRejected(f"item {number}: its decision is stated in two ways")
    return outcomes


def decide(
    joined: Joined,
    heading: Mark,
    rationale: Mark,
    statement: ItemOutcome | None,
    layout: Layout,
) -> Decided:
    """Take a heading apart.

    Raises:
        LetterRejected: it does not read as the layout's headings do, or no outcome is given anywhere.
    """
    text = joined.text[heading.start : heading.end].strip()
    found = layout.heading.fullmatch(text)
    if found is None:
        raise LetterRejected(f"'{text[:_SHOWN]}' does not read as an item's heading of {layout.name}")
    label = layout.labels["rationale"].match(joined.text, rationale.start)
    words = _outcome_words(found.groupdict()) or _outcome_words(label.groupdict() if label else {})
    outcome = layout.outcome(words) if words else statement
    if outcome is None:
        raise LetterRejected(f"no outcome for the item '{text[:_SHOWN]}'")
    return Decided(title=found["title"].strip(), outcome=outcome)


def _outcome_words(groups: Mapping[str, str | None]) -> str | None:
    return groups.get("outcome")
