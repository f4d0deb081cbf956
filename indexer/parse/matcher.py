"""Find the vocabulary's names in a text: whole words, leftmost and longest, in one pass (Aho-Corasick).

Names and texts are compared as runs of words, so 'x-ray' meets 'X ray' and 'hydrocodone/acetaminophen' meets
'hydrocodone-acetaminophen'; a plural s at a name's end is forgiven.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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
        joined = f" {' '.join(_WORD.findall(text))} "
        searched = ((self._folded, joined.lower()), (self._exact, joined))
        hits = [hit for automaton, words in searched if len(automaton) for hit in automaton.iter(words)]
        if not hits:
            return ()
        found = list(_placed(hits, joined, [word.span() for word in _WORD.finditer(text)]))
        found.sort(key=lambda match: (match.start, -match.end))
        kept: list[Match[T]] = []
        for match in found:
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
        return tuple(kept)


def _placed(
    hits: Iterable[tuple[int, tuple[int, T]]], joined: str, words: Sequence[tuple[int, int]]
) -> Iterator[Match[T]]:
    """Yield the names hit in joined words as matches of the text, whose words stand at `words`."""
    counted, last = 0, 0
    for end, (length, value) in sorted(hits, key=lambda hit: hit[0]):
        # A key is ' name '; before the space that it ends on stands one for each word up to its last.
        counted += joined.count(" ", last, end)
        last = end
        yield Match(words[counted - length][0], words[counted - 1][1], value)


def _automaton(names: Iterable[tuple[str, T]]) -> ahocorasick.Automaton:
    """Return what finds names between spaces, each with the number of its words and what it stands for."""
    automaton = ahocorasick.Automaton()
    for key, value in names:
        if not key.strip():
            continue
        for form in _forms(key):
            if form not in automaton:
                automaton.add_word(form, (len(form.split()), value))
    automaton.make_automaton()
    return automaton


def _forms(key: str) -> tuple[str, ...]:
    if key.endswith("s ") or len(key.strip()) <= _SHORT or key.strip()[-1].isdigit():
        return (key,)
    return (key, key[:-1] + "s ")


def _key(name: str) -> str:
    return " " + " ".join(_WORD.findall(name)) + " "
