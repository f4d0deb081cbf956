"""Where a letter's sections lie: each heading, and what stands under it up to the next one."""

from collections.abc import Sequence

from config.errors import LetterRejected
from indexer.parse.joined import Joined
from indexer.parse.layouts import Layout
from indexer.records import Record

HEADER = "header"
DECISIONS = "decisions"
ISSUES = "issues"
_SHOWN = 40


class Section(Record, frozen=True):
    """A section of the joined text: its heading (and set phrase) from `start` to `body`, its text to `end`."""

    name: str
    start: int
    heading_end: int
    body: int
    end: int


def split_sections(joined: Joined, layout: Layout) -> tuple[Section, ...]:
    """Tile a letter with its sections; what stands before the first heading is the header.

    Raises:
        LetterRejected: there is no decisions section, or a section twice.
    """
    found = [(HEADER, 0, 0)]
    for start in joined.starts:
        opened = layout.section_at(joined, start) if start >= found[-1][2] else None
        if opened is None or opened[0] == found[-1][0]:
            continue
        name, end = opened
        if any(name == known for known, _, _ in found):
            heading = joined.text[start : max(end, start + _SHOWN)]
            raise LetterRejected(f"two sections '{name}', again at '{heading}': two letters in one file?")
        found.append((name, start, end))
    ends = [*(start for _, start, _ in found[1:]), len(joined.text)]
    sections = tuple(_section(joined, layout, *one, end) for one, end in zip(found, ends, strict=True))
    if section(sections, DECISIONS) is None:
        raise LetterRejected("no decisions section")
    return sections


def section(sections: Sequence[Section], name: str) -> Section | None:
    """Return a section by its name; None where the letter lacks it or it is empty."""
    return next((one for one in sections if one.name == name and one.body < one.end), None)


def _section(joined: Joined, layout: Layout, name: str, start: int, heading_end: int, end: int) -> Section:
    """Leave the set phrase that opens a section, if one does, out of its body."""
    body = joined.skip_space(heading_end)
    preamble = layout.preambles.get(name)
    found = preamble.match(joined.text, body, end) if preamble else None
    if found:
        body = joined.skip_space(found.end())
    return Section(name=name, start=start, heading_end=heading_end, body=min(body, end), end=end)
