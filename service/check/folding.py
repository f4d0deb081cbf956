"""Texts folded for comparison, with the way back to the original's places.

White space becomes one space, every kind of quote mark one of two, every kind of dash one hyphen without space around
it; nothing else is forgiven.
"""

import bisect
import re
from typing import NamedTuple

_MARKS = str.maketrans(
    {**dict.fromkeys("‘’‚‛′ʼ`´", "'"), **dict.fromkeys("“”„‟″«»", '"')}  # noqa: RUF001 - these are what is folded
)
# What does not count as it stands: a dash with the space around it, white space, and what nobody sees.
_BETWEEN = re.compile(
    r"\s*[-\u2010-\u2015\u2212](?:[-\u2010-\u2015\u2212\s]*[-\u2010-\u2015\u2212])?\s*|\s+|[\u00ad\u200b-\u200d\u2060\ufeff\ufffe]"
)


class Folded(NamedTuple):
    """A folded text; `starts` are places in it where a run of characters begins, `origins` the same in the original."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, place: int) -> int:
        """Return where a character of the folded text stands in the original."""
        run = max(bisect.bisect_right(self.starts, place) - 1, 0)
        return self.origins[run] + place - self.starts[run] if self.starts else 0


def fold(text: str) -> Folded:
    """Fold a text."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = place = 0
    for gap in _BETWEEN.finditer(text):
        length = _add(text[place : gap.start()], place, length, pieces, starts, origins)
        kept = _kept(gap.group())
        if kept and (pieces or kept == "-"):
            length = _add(kept, gap.start(), length, pieces, starts, origins)
        place = gap.end()
    _add(text[place:], place, length, pieces, starts, origins)
    return Folded("".join(pieces).translate(_MARKS).rstrip(" "), tuple(starts), tuple(origins))


def words_of(text: str) -> str:
    """Return a text folded, without its places."""
    return fold(text).text


def _kept(gap: str) -> str:
    stripped = gap.strip()
    if not stripped:
        return " "
    return "-" if re.match(r"[-\u2010-\u2015\u2212]", stripped) else ""


def _add(piece: str, origin: int, length: int, pieces: list[str], starts: list[int], origins: list[int]) -> int:
    if not piece:
        return length
    pieces.append(piece)
    starts.append(length)
    origins.append(origin)
    return length + len(piece)
