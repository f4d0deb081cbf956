"""A letter's lines as one running text, with the place of every line: what headings and labels are sought in.

Wraps are gone (a phrase broken over lines or pages is found as written); paragraphs are not told apart yet.
"""

import bisect
from collections.abc import Sequence

from indexer.read.lines import Line, ends_sentence
from indexer.records import Record


class Joined(Record, frozen=True):
    """Lines joined by `joint`; `starts` holds where each begins in `text`."""

    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    text: str

    def line_at(self, offset: int) -> int:
        """Return the index of the line that a character stands in."""
        return max(bisect.bisect_right(self.starts, offset) - 1, 0)

    def end_of(self, line: int) -> int:
        """Return where a line's text ends."""
        return self.starts[line] + len(self.lines[line].text)

    def opens_line(self, offset: int) -> bool:
        """Whether a line begins at this character."""
        return bool(self.starts) and self.starts[self.line_at(offset)] == offset

    def closes_line(self, offset: int) -> bool:
        """Whether a line ends before this character."""
        return offset > 0 and self.end_of(self.line_at(offset - 1)) == offset

    def skip_space(self, offset: int) -> int:
        """Return the offset of the first character at or after `offset` that is no white space."""
        return offset + len(self.text[offset:]) - len(self.text[offset:].lstrip())

    def may_open(self, offset: int) -> bool:
        """Whether a sentence or a label may begin here: at a line's start or after a sentence's end."""
        before = self.text[max(0, offset - 8) : offset].rstrip()
        return self.opens_line(offset) or ends_sentence(before) or before.endswith(":")


def join(lines: Sequence[Line]) -> Joined:
    """Join lines into one text."""
    pieces: list[str] = []
    starts: list[int] = []
    offset = 0
    for index, line in enumerate(lines):
        between = joint(lines[index - 1]) if index else ""
        starts.append(offset + len(between))
        pieces += [between, line.text]
        offset += len(between) + len(line.text)
    return Joined(lines=tuple(lines), starts=tuple(starts), text="".join(pieces))


def joint(before: Line) -> str:
    """Return what goes between a line and the next one of its paragraph."""
    # '10-30-' + '2016' and 'Pre-' + 'operative' close up; ' - ' is a dash and 'pre- and' kept its space.
    closes_up = before.text.endswith("-") and not before.text.endswith(" -") and not before.spaced
    return "" if closes_up else " "
