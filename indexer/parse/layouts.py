"""Layouts as the parser uses them: what config/layouts/*.toml says, compiled. `recognise` picks a letter's own."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from config.errors import LetterRejected
from indexer.parse.joined import Joined
from indexer.records import ItemOutcome, Record

Part = Literal["heading", "claims_administrator_guideline", "imr_guideline", "rationale"]
# How items are told: by a heading that ends with the outcome before a label ('labelled'), by a heading that is
# known from how it begins ('sentence'), or listed as issues in a section of their own ('issue').
Form = Literal["labelled", "sentence", "issue"]
# The law of counts: how many rationales a letter has for its items.
Law = Literal["one for each item", "one for each group"]

Pattern = re.Pattern[str]


class Heading(Record, frozen=True):
    """A section's heading: `alone` on its lines in any case, or `run_in`, as spelled, with text behind it."""

    alone: Pattern
    run_in: Pattern

    def end(self, joined: Joined, start: int) -> int | None:
        """Return where the heading ends if a line that begins at `start` is this heading."""
        found = self.alone.match(joined.text, start)
        if found and joined.closes_line(found.end()):
            return found.end()
        found = self.run_in.match(joined.text, start)
        return found.end() if found else None


class Layout(Record, frozen=True):
    """One form of letter.

    `labels` stand before a part and are no part of its span; `sentences` open a part and belong to it.
    `opening` is how an item's heading begins ('sentence', 'issue') and `closing` how it ends ('labelled');
    `heading` takes a whole heading apart. `statement`, where set, gives the outcomes apart from the headings.
    `reviewer` holds labels of credentials, `credentials` how they read in prose.
    """

    name: str
    signature: tuple[Heading, ...]
    sections: Mapping[str, Heading]
    preambles: Mapping[str, Pattern]
    form: Form
    law: Law
    labels: Mapping[Part, Pattern]
    label_phrases: tuple[str, ...]
    sentences: Mapping[Part, Pattern]
    opening: Pattern
    closing: Pattern
    continues: Pattern
    heading: Pattern
    statement: Pattern | None
    outcomes: Mapping[str, ItemOutcome]
    header: Mapping[str, Pattern]
    reviewer: Mapping[str, Pattern]
    credentials: Pattern

    def section_at(self, joined: Joined, start: int) -> tuple[str, int] | None:
        """Return the section whose heading is the line that begins at `start`, and the heading's end, or None."""
        for name, heading in self.sections.items():
            end = heading.end(joined, start)
            if end is not None:
                return name, end
        return None

    def outcome(self, words: str) -> ItemOutcome | None:
        """Return the outcome that a letter's words say, or None."""
        return self.outcomes.get(fold(words))

    def begins_label(self, text: str) -> bool:
        """Whether a letter's last words may be a label that was cut off: nothing at all, or its first letters."""
        folded = fold(text)
        return any(phrase.startswith(folded) for phrase in self.label_phrases)

    def gives(self, part: Part) -> bool:
        """Whether letters of this layout have such a part at all."""
        return part in self.labels or part in self.sentences


def fold(text: str) -> str:
    """Fold white space and case, for comparing set phrases."""
    return " ".join(text.split()).casefold()


def recognise(joined: Joined, layouts: Sequence[Layout]) -> Layout:
    """Return the layout whose headings stand in a letter.

    Raises:
        LetterRejected: none does, or more than one.
    """
    fitting = [layout for layout in layouts if all(_stands(joined, heading) for heading in layout.signature)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise LetterRejected(f"headings of more than one layout: {', '.join(layout.name for layout in fitting)}")
    known = ", ".join(layout.name for layout in layouts)
    raise LetterRejected(f"unknown layout: it has the headings of none of {known}")


def _stands(joined: Joined, heading: Heading) -> bool:
    return any(heading.end(joined, start) is not None for start in joined.starts)
