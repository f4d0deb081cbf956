"""Patterns that are blind to case, held against text in lower case.

`re.IGNORECASE` compares each letter in both its cases and can pass over no alternative by its first letter: the cues
that tell what a sentence is for take it one and a half to five times as long, those of requests two to three times.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

# What an upper-case letter of a pattern's text must not be taken for: a class such as \W, a named group.
_LETTER = re.compile(r"(\\.|\(\?P)|([A-Z])", re.DOTALL)


class Caseless:
    """A pattern like one of `re`, blind to case; places are those of the text, words that matched are in lower case."""

    __slots__ = ("_pattern", "source")

    def __init__(self, source: str, flags: int = 0) -> None:
        """Compile a pattern; its upper-case letters mean either case.

        Raises:
            re.error: it is no pattern.
            ValueError: part of it is not blind to case.
        """
        if "(?-i" in source:
            raise ValueError(f"not blind to case: {source}")
        self.source: Final = source
        self._pattern: Final = re.compile(_LETTER.sub(_low, source), flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first match between two places."""
        return self._pattern.search(lowered(text), start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the match that begins at a place."""
        return self._pattern.match(lowered(text), start, end)

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """Yield the matches between two places."""
        return self._pattern.finditer(lowered(text), start, end)


def lowered(text: str) -> str:
    """Return a text in lower case, letter for letter, so that places hold in both."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter.lower()[0] for letter in text)


def _low(found: re.Match[str]) -> str:
    return found[1] or found[2].lower()
