"""Markers such as [1], [1, 2], [1-3] and [1][2], and which of them a quotation or a claim belongs to."""

import re
from collections.abc import Sequence
from typing import NamedTuple

# Of up to four digits: a longer number in brackets is no marker. A backslash before the bracket is Markdown's escape.
_MARKER = re.compile(r"(?<!\\)\[\^?(\d{1,4}(?:\s*[,;\u2013-]\s*\d{1,4})*)\\?\](?!\()")
_PART = re.compile(r"(\d+)(?:\s*[\u2013-]\s*(\d+))?")
# What may stand between markers of one group.
_JOINED = re.compile(r"[\s,;&]*(?:and|or)?[\s,&]*")
_ADJACENT = re.compile(r"[\s.)\"'\u201d\u2019*_]*")
_WIDEST = 50


class Marker(NamedTuple):
    """One bracket at text[start:end], and the numbers in it."""

    numbers: tuple[int, ...]
    start: int
    end: int


def find_markers(text: str, start: int, end: int) -> list[Marker]:
    """Return the markers of a stretch of text, in order."""
    return [Marker(_numbers(found[1]), found.start(), found.end()) for found in _MARKER.finditer(text, start, end)]


def grouped(text: str, markers: Sequence[Marker]) -> list[Marker]:
    """Join neighbours such as '[1][2]' and '[1] and [2]'."""
    groups: list[Marker] = []
    for marker in markers:
        if groups and _JOINED.fullmatch(text, groups[-1].end, marker.start):
            before = groups[-1]
            groups[-1] = Marker((*before.numbers, *marker.numbers), before.start, marker.end)
        else:
            groups.append(marker)
    return groups


def attributed(text: str, groups: Sequence[Marker], targets: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the markers that each target (a stretch of one sentence, in order) belongs to.

    Markers follow what they mark, or go before it, as the sentence begins: '"A" [1], but "B" [2]' or '[1] says "A", [2]
    says "B"'. A marker straight after a target is its own in either style.
    """
    if not groups:
        return [() for _ in targets]
    before_style = bool(targets) and groups[0].start < targets[0][0]
    found = []
    for number, (start, end) in enumerate(targets):
        low = targets[number - 1][1] if number else 0
        high = targets[number + 1][0] if number + 1 < len(targets) else len(text) + 1
        earlier = [group for group in groups if group.end <= start]
        later = [group for group in groups if group.start >= end]
        own_earlier = [group for group in earlier if group.start >= low]
        own_later = [group for group in later if group.start < high]
        follows = bool(own_later) and bool(_ADJACENT.fullmatch(text, end, own_later[0].start))
        leads = bool(own_earlier) and bool(_ADJACENT.fullmatch(text, own_earlier[-1].end, start))
        if follows and not leads:
            chosen = own_later[0]
        elif before_style:
            chosen = (earlier[-1:] or later[:1])[0]
        else:
            chosen = (own_later[:1] or later[:1] or earlier[-1:])[0]
        found.append(tuple(dict.fromkeys(chosen.numbers)))
    return found


def _numbers(inside: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in _PART.finditer(inside):
        first, last = int(part[1]), int(part[2] or part[1])
        numbers.extend(range(first, last + 1) if first <= last <= first + _WIDEST else (first, last))
    return tuple(numbers)
