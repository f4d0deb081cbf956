"""The true words most like a quoted string that is not verbatim, and how they differ."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from service.check.folding import words_of
from service.check.records import Nearest
from service.check.sources import Source

# Under this likeness (difflib's ratio over words) nothing is said to be near.
_LEAST = 0.5
# Bounds on the work for one quoted string: its words compared, and places looked at for a pair of words.
_MOST_WORDS = 300
_MOST_PLACES = 20
_SLACK = 8
_MOST_SAID = 8
_WORD = re.compile(r"\S+")


class Likeness(NamedTuple):
    """A nearest text with its likeness, from 0 to 1."""

    ratio: float
    nearest: Nearest


def nearest(text: str, sources: Iterable[Source]) -> Likeness | None:
    """Return the stretch of the sources most like a text; None where nothing is."""
    words = words_of(text).split()[:_MOST_WORDS]
    found = [like for source in sources if (like := _in_source(words, source)) is not None]
    return max(found, key=lambda like: like.ratio, default=None)


def _in_source(words: list[str], source: Source) -> Likeness | None:
    tokens = list(_WORD.finditer(source.folded.text))
    there = [token.group() for token in tokens]
    start = _start(words, there)
    if start is None:
        return None
    first, last = max(0, start - _SLACK), start + len(words) + _SLACK
    window = there[first:last]
    blocks = [
        one for one in difflib.SequenceMatcher(None, words, window, autojunk=False).get_matching_blocks() if one.size
    ]
    if not blocks:
        return None
    low = first + max(0, blocks[0].b - blocks[0].a)
    high = min(len(there), first + blocks[-1].b + blocks[-1].size + (len(words) - blocks[-1].a - blocks[-1].size))
    matcher = difflib.SequenceMatcher(None, words, there[low:high], autojunk=False)
    ratio = matcher.ratio()
    if ratio < _LEAST:
        return None
    place = source.place(tokens[low].start(), tokens[high - 1].end())
    shown = source.determination.text[place.start : place.end]
    said = tuple(_differences(words, there[low:high], matcher))[:_MOST_SAID]
    return Likeness(ratio, Nearest(text=shown, place=place, differences=said))


def _start(words: list[str], there: list[str]) -> int | None:
    """Return where the words begin, by where most of their neighbouring pairs stand."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for place, pair in enumerate(pairwise(there)):
        known = pairs.setdefault(pair, [])
        if len(known) < _MOST_PLACES:
            known.append(place)
    votes: Counter[int] = Counter()
    for place, pair in enumerate(pairwise(words)):
        votes.update((other - place) // _SLACK for other in pairs.get(pair, ()))
    if not votes:
        return None
    best = max(votes, key=lambda bucket: (votes[bucket] + votes.get(bucket + 1, 0), -bucket))
    return max(0, best * _SLACK)


def _differences(words: list[str], there: list[str], matcher: "difflib.SequenceMatcher[str]") -> Iterator[str]:
    for kind, low, high, first, last in matcher.get_opcodes():
        mine, theirs = " ".join(words[low:high]), " ".join(there[first:last])
        if mine.strip(".,;:") == theirs.strip(".,;:"):
            continue
        if kind == "replace":
            yield f"'{mine}' stands for '{theirs}'"
        elif kind == "delete":
            yield f"'{mine}' is added"
        elif kind == "insert":
            yield f"'{theirs}' is left out"
