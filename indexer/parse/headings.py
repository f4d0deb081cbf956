"""Where the headings of disputed items lie, for each form that a layout may have (its `form`)."""

from collections.abc import Iterator, Sequence

from indexer.parse.joined import Joined
from indexer.parse.labelled import cut_numbered, heading, labelled_headings
from indexer.parse.layouts import Layout
from indexer.parse.marks import Mark
from indexer.parse.sections import DECISIONS, ISSUES, Section


def headings(joined: Joined, section: Section, layout: Layout, openers: Sequence[Mark]) -> list[Mark]:
    """Return the headings in a section of decisions ('labelled', 'sentence') or of issues ('issue')."""
    if layout.form == "labelled":
        return list(labelled_headings(joined, section, layout, openers))
    return list(_opened(joined, section, layout))


def headings_section(layout: Layout) -> str:
    """Return the section that holds a layout's headings."""
    return ISSUES if layout.form == "issue" else DECISIONS


def _opened(joined: Joined, section: Section, layout: Layout) -> Iterator[Mark]:
    """Return the headings known from how they begin.

    Numbers must count up from 1: prose may begin a line as a heading begins. A heading without a number can
    only be the first.
    """
    expected = 1
    for found in layout.opening.finditer(joined.text, section.body, section.end):
        number = found["number"]
        if joined.opens_line(found.start()) and (int(number) == expected if number else expected == 1):
            expected += 1
            yield heading(found.start(), section.end)
    if expected > 1 and (cut := cut_numbered(joined, section, expected)) is not None:
        yield heading(cut, section.end)
