"""A draft split at its lines: fenced quotes, block quotes, headings, and the prose between."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["prose", "fenced", "quoted", "heading"]

_FENCE = re.compile(r" {0,3}(~{3,}|`{3,})[^`\n]*$")
_QUOTED = re.compile(r" {0,3}>")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")


class Line(NamedTuple):
    """A line at text[start:end], without its line feed."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


class Block(NamedTuple):
    """Lines of one kind that stand together; of a fenced block only the lines between the fences."""

    kind: Kind
    lines: tuple[Line, ...]


def blocks(text: str) -> list[Block]:
    """Split a draft. A fence that is never closed holds the rest; a draft wholly within one is unwrapped."""
    lines = _unwrapped(list(_lines(text)))
    made: list[Block] = []
    place = 0
    while place < len(lines):
        fence = _FENCE.match(lines[place].text)
        if fence:
            stop = _closing(lines, place + 1, fence[1])
            made.append(Block("fenced", tuple(lines[place + 1 : stop])))
            place = stop + 1
            continue
        kind = _kind(lines[place].text)
        stop = place + 1
        while kind != "heading" and stop < len(lines) and _kind(lines[stop].text) == kind:
            if _FENCE.match(lines[stop].text):
                break
            stop += 1
        made.append(Block(kind, tuple(lines[place:stop])))
        place = stop
    return made


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for line in text.split("\n"):
        yield Line(line, start)
        start += len(line) + 1


def _kind(line: str) -> Kind:
    if _QUOTED.match(line):
        return "quoted"
    return "heading" if _HEADING.match(line) else "prose"


def _closing(lines: list[Line], start: int, fence: str) -> int:
    """Return the line that closes a fence: as long at least, of the same character, and nothing else."""
    for place in range(start, len(lines)):
        line = lines[place].text.strip()
        if len(line) >= len(fence) and not line.strip(fence[0]):
            return place
    return len(lines)


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Return the lines inside a fence around the whole draft, which models like to put there."""
    full = [place for place, line in enumerate(lines) if line.text.strip()]
    if not full:
        return []
    fence = _FENCE.match(lines[full[0]].text)
    last = full[-1]
    if fence and fence[1][0] == "`" and _closing(lines, full[0] + 1, fence[1]) == last:
        return lines[full[0] + 1 : last]
    return lines
