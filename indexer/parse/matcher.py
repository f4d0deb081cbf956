"""Find the vocabulary's names in a text: whole words, leftmost and longest, in one pass (Aho-Corasick).

Names and texts are compared as runs of words, so 'x-ray' meets 'X ray' and 'hydrocodone/acetaminophen' meets
'hydrocodone-acetaminophen'; a plural s at a name's end is forgiven.
"""

import re
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

# A dose is often written onto the drug's name: 'Norco10/325'. Short ones are one word: 'L4', 'B12', 'HbA1c'.
_WORD = re.compile(r"[A-Za-z]{4,}(?=\d)|[A-Za-z0-9]+")
_SHORT = 3

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A name found at text[start:end], and what it stands for."""

    start: int
    end: int
    value: T


class Matcher(Generic[T]):
    """An automaton over names. `names` match in any case, `exact` as written."""

    def __init__(self, names: Iterable[tuple[str, T]], exact: Iterable[tuple[str, T]] = ()) -> None:
        """Build the automata; of a name given twice the first stands."""
        self._folded = _automaton((_key(name.lower()), value) for name, value in names)
        self._exact = _automaton((_key(name), value) for name, value in exact)

    def find(self, text: str) -> tuple[Match[T], ...]:
        """Return the names in a text, left to right, none overlapping another; the longest wins."""
        words = list(_WORD.finditer(text))
        found = [*self._search(self._folded, text.lower(), words), *self._search(self._exact, text, words)]
        found.sort(key=lambda match: (match.start, -match.end))
        kept: list[Match[T]] = []
        for match in found:
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
        return tuple(kept)

    @staticmethod
    def _search(automaton: ahocorasick.Automaton, text: str, words: list[re.Match[str]]) -> Iterable[Match[T]]:
        if not words or not len(automaton):
            return
        joined = " " + " ".join([text[word.start() : word.end()] for word in words]) + " "
        hits = list(automaton.iter(joined))
        if not hits:
            return
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        offset = 1
        for word in words:
            starts[offset] = word.start()
            offset += word.end() - word.start()
            ends[offset] = word.end()
            offset += 1
        for last, (length, value) in hits:
            # A key is ' name '; it ends on the space after its last word.
            yield Match(starts[last - length + 2], ends[last], value)


def _automaton(names: Iterable[tuple[str, T]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key, value in names:
        if not key.strip():
            continue
        for form in _forms(key):
            if form not in automaton:
                automaton.add_word(form, (len(form), value))
    automaton.make_automaton()
    return automaton


def _forms(key: str) -> tuple[str, ...]:
    if key.endswith("s ") or len(key.strip()) <= _SHORT or key.strip()[-1].isdigit():
        return (key,)
    return (key, key[:-1] + "s ")


def _key(name: str) -> str:
    return " " + " ".join(_WORD.findall(name)) + " "
