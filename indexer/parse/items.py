"""The decisions, split into disputed items: headings and parts, held to the layout's law of counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from config.errors import LetterRejected
from indexer.parse.headings import headings, headings_section
from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout, Part
from indexer.parse.marks import Mark, ended, in_order, openers
from indexer.parse.outcomes import Decided, decide
from indexer.parse.sections import DECISIONS, Section, section
from indexer.records import ItemOutcome, Record

_SHOWN = 60


class ItemMarks(Record, frozen=True):
    """One disputed item: its heading, what was decided, and its parts, which items may share."""

    decided: Decided
    heading: Mark
    parts: Mapping[Part, Mark]


class _Group(Record, frozen=True):
    """Headings and the parts under them; a part without any text is not among them."""

    headings: tuple[Mark, ...]
    parts: Mapping[Part, Mark]


def find_marks(joined: Joined, sections: Sequence[Section], layout: Layout) -> tuple[Mark, ...]:
    """Return the marks of every item, in order of place.

    Raises:
        LetterRejected: a label stands out of its place, or text stands before the first item.
    """
    decisions, place = section(sections, DECISIONS), section(sections, headings_section(layout))
    if decisions is None or place is None:
        raise LetterRejected(f"nothing under the heading of the {headings_section(layout)}")
    opened = openers(joined, decisions, layout)
    found = headings(joined, place, layout, opened)
    if place is decisions:
        marks = in_order(sorted([*found, *opened], key=_by_place), joined, headed=True)
    else:
        marks = (*in_order(found, joined, headed=True), *in_order(opened, joined, headed=False))
    for where in (place, decisions):
        _begins(joined, where, marks)
    return ended(marks, sections)


def _by_place(mark: Mark) -> tuple[int, bool]:
    return mark.start, not mark.firm


def _begins(joined: Joined, where: Section, marks: Sequence[Mark]) -> None:
    first = min((mark.start for mark in marks if where.body <= mark.start < where.end), default=where.end)
    before = joined.text[where.body : first].strip()
    if before:
        raise LetterRejected(f"text before the first disputed item: '{before[:_SHOWN]}'")


def split_items(
    joined: Joined,
    marks: Sequence[Mark],
    layout: Layout,
    statements: Mapping[int, ItemOutcome],
) -> tuple[tuple[ItemMarks, ...], tuple[str, ...]]:
    """Give each disputed item its parts.

    Returns:
        The items that can be read whole, and a warning for each that was cut off.

    Raises:
        LetterRejected: the layout's law of counts is broken, or a heading does not read as one.
    """
    groups = list(_paired(joined, marks, layout) if layout.form == "issue" else _grouped(joined, marks))
    if not groups:
        raise LetterRejected("no disputed item in the decisions section")
    items: list[ItemMarks] = []
    cut: list[int] = []
    for place, group in enumerate(groups, start=1):
        _lawful(group, len(items) + 1, layout, last=place == len(groups))
        for heading in group.headings:
            number = len(items) + len(cut) + 1
            rationale = group.parts.get("rationale")
            if rationale is None:
                cut.append(number)
                continue
            decided = decide(joined, heading, rationale, statements.get(number), layout)
            items.append(ItemMarks(decided=decided, heading=heading, parts=group.parts))
    cut.extend(range(len(items) + len(cut) + 1, max(statements, default=0) + 1))
    if not items:
        raise LetterRejected("no disputed item that can be read whole")
    return tuple(items), tuple(f"item {number}: cut off before its rationale, left out" for number in cut)


def _grouped(joined: Joined, marks: Sequence[Mark]) -> Iterator[_Group]:
    """Group headings with the parts that follow them."""
    named: tuple[Mark, ...] = ()
    for heading, run in groupby(marks, key=lambda mark: mark.part == "heading"):
        if heading:
            named = tuple(run)
        else:
            yield _Group(headings=named, parts=_filled(joined, run))
            named = ()
    if named:
        yield _Group(headings=named, parts={})


def _paired(joined: Joined, marks: Sequence[Mark], layout: Layout) -> Iterator[_Group]:
    """Pair issues with the parts that follow each other in the issues' order; one rationale may answer them all.

    Where nothing follows the decisions, rationales that are missing are taken to be cut off.
    """
    issues = [mark for mark in marks if mark.part == "heading"]
    runs: list[list[Mark]] = []
    for mark in marks[len(issues) :]:
        if not runs or runs[-1][-1].part == "rationale":
            runs.append([])
        runs[-1].append(mark)
    cut_off = not marks or marks[-1].end == len(joined.text)
    if layout.law == "one for each group" and len(runs) == 1 and not cut_off:
        yield _Group(headings=tuple(issues), parts=_filled(joined, runs[0]))
        return
    if len(runs) > len(issues) or (len(runs) < len(issues) and not cut_off):
        raise LetterRejected(f"{len(issues)} issues but {len(runs)} rationales")
    runs += [[] for _ in issues[len(runs) :]]
    for issue, run in zip(issues, runs, strict=True):
        yield _Group(headings=(issue,), parts=_filled(joined, run))


def _filled(joined: Joined, marks: Iterable[Mark]) -> dict[Part, Mark]:
    return {mark.part: mark for mark in marks if joined.text[mark.body : mark.end].strip()}


def _lawful(group: _Group, number: int, layout: Layout, *, last: bool) -> None:
    """Hold a group to the law of counts; only what is cut off at the letter's end may lack a rationale."""
    if len(group.headings) > 1 and layout.law == "one for each item" and group.parts:
        raise LetterRejected(f"item {number}: {len(group.headings)} headings over one rationale")
    if "rationale" not in group.parts and not last and layout.form != "issue":
        raise LetterRejected(f"item {number}: no rationale")
