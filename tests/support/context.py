"""Reads an evidence pack's context the way its reader must: markers open lines outside fences, quotes stand within."""

import re
from typing import NamedTuple

_OPENING = re.compile(r"\[(\d+)\] (\S.*)")


class Block(NamedTuple):
    """One quote as the context shows it."""

    marker: int
    cited: str
    quote: str


def read_context(context: str) -> list[Block]:
    """Split a context into its blocks; anything out of place is an AssertionError."""
    blocks: list[Block] = []
    lines = iter(context.split("\n")) if context else iter(())
    for line in lines:
        if blocks:
            assert line == "", "blocks are separated by one empty line"
            line = next(lines)  # noqa: PLW2901 - the separator is read and gone
        opening = _OPENING.fullmatch(line)
        assert opening, f"no marker opens {line!r}"
        fence = next(lines)
        assert re.fullmatch("~{3,}", fence)
        quoted = []
        while (inner := next(lines)) != fence:
            quoted.append(inner)
        blocks.append(Block(int(opening[1]), opening[2], "\n".join(quoted)))
    return blocks
