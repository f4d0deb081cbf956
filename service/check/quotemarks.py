"""Quotation marks in prose: where a quoted string begins and ends."""

import re
from collections.abc import Callable
from typing import NamedTuple

from config.errors import RequestFault
from service.check.quotation import word_count

_CLOSERS = {
    '"': r'"',
    "\u201c": r"[\u201d\u201c\"]",
    "\u201e": r"[\u201c\u201d]",
    "\u00ab": r"\u00bb",
    "``": r"''|\"",
    "'": r"'",
    "\u2018": r"\u2019",
}
# An opening mark stands at a word's beginning: 3" is inches, and the nurses' notes quote nobody.
_OPENING = re.compile(r"(?<![\w\"'\u2019])(``|[\"\u201c\u201e\u00ab]|(?<![.,;])['\u2018](?!\d0s))\\?(?=[^\s\"'])")
_CLOSING_AFTER = re.compile(r"(?=[\s.,;:!?)\]*_\u2014\u2013\u2019'\"\\-]|$)")
_SINGLE = ("'", "\u2018")
# A single quotation mark is more often an apostrophe: shorter strings in them are not told from one.
_SINGLE_WORDS = 3
_LONGEST = 8000
_MOST_STRAY = 2000
_CLOSERS_TRIED = 6
_PARAGRAPH = re.compile(r"\n\s*\n")


class Quoted(NamedTuple):
    """Words in quotation marks: text[start:end] is what stands between them, text[left:right] with the marks."""

    start: int
    end: int
    left: int
    right: int


def find_quoted(text: str, start: int, end: int, known: Callable[[str], bool], most: int) -> list[Quoted]:
    """Return the quoted strings of a stretch of prose.

    Where several marks might close one, the longest that `known` says stands somewhere is taken, else the shortest. One
    that is never closed goes to the end of its paragraph. Reading stops past `most` strings.

    Raises:
        RequestFault: there are more marks that open nothing than a text has.
    """
    found: list[Quoted] = []
    place = start
    stray = 0
    while len(found) <= most and (opening := _OPENING.search(text, place, end)):
        mark = opening[1]
        quoted = _closed(text, opening, min(end, opening.end() + _LONGEST), known)
        if quoted is None or (mark in _SINGLE and word_count(text[quoted.start : quoted.end]) < _SINGLE_WORDS):
            place = opening.end()
            stray += 1
            if stray > _MOST_STRAY:
                raise RequestFault(f"the text holds more than {_MOST_STRAY} quotation marks that close nothing")
            continue
        found.append(quoted)
        place = max(quoted.right, opening.end())
    return found


def _closed(text: str, opening: re.Match[str], end: int, known: Callable[[str], bool]) -> Quoted | None:
    mark = opening[1]
    candidates: list[Quoted] = []
    for closing in re.finditer(rf"(?<=\S)(?<!\\)\\?(?:{_CLOSERS[mark]})", text[opening.end() : end]):
        left, right = opening.end() + closing.start(), opening.end() + closing.end()
        if not _CLOSING_AFTER.match(text, right):
            continue
        candidates.append(Quoted(opening.end(), left, opening.start(), right))
        if len(candidates) == _CLOSERS_TRIED:
            break
    if not candidates:
        return None if mark in _SINGLE else _unclosed(text, opening, end)
    if len(candidates) > 1:
        for candidate in reversed(candidates):
            if known(text[candidate.start : candidate.end]):
                return candidate
    return candidates[0]


def _unclosed(text: str, opening: re.Match[str], end: int) -> Quoted | None:
    stop = _PARAGRAPH.search(text, opening.end(), end)
    last = stop.start() if stop else end
    return Quoted(opening.end(), last, opening.start(), last)
