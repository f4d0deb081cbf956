"""Made-up items as many as wanted, for measurements of the lexical index: the sample letters' words, drawn at random.

Half of an item's words are drawn from one sample item's own, half from all samples' by how often they stand there,
which falls off as Zipf's law has it. So an item has a subject, and the words of many. They make no sentences.
"""

import functools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eval.letters.source import load_samples

_BLOCK = 1_000
_WORDS = (100, 30)
_FEWEST = 20
_PAGE = (300, 601)
_Drawn = npt.NDArray[np.str_]


class _Subject(NamedTuple):
    title: str
    words: _Drawn
    history: str


class MadeItems:
    """Items and requests drawn from the sample letters; the same numbers give the same texts."""

    def __init__(self, seed: int) -> None:
        """Count the samples' words."""
        letters = load_samples()
        self._seed = seed
        self._subjects = [
            _Subject(item.title, np.asarray(f"{item.title} {item.rationale}".split()), letter.summary or "")
            for letter in letters
            for item in letter.items
        ]
        counts = Counter(word for subject in self._subjects for word in subject.words.tolist())
        for letter in letters:
            counts.update((letter.summary or "").split())
        self._words: _Drawn = np.asarray(list(counts))
        self._shares = np.cumsum(np.asarray(list(counts.values())) / counts.total())

    def bodies(self, first: int, end: int) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield the items of some slots: (slot, (title, rationale))."""
        for block in range(first // _BLOCK, -(-end // _BLOCK)):
            for place, body in enumerate(self._block(block)):
                if first <= block * _BLOCK + place < end:
                    yield block * _BLOCK + place, body

    def titles(self, number: int) -> list[str]:
        """Return titles of samples."""
        return [self._subjects[place].title for place in self._some(number)]

    def pages(self, number: int) -> list[str]:
        """Return pages of 300 to 600 words: samples' titles and histories one after the other."""
        dice = np.random.default_rng((self._seed, 2))
        pages = []
        for place in self._some(number):
            several = (self._subjects[(place + step) % len(self._subjects)] for step in (0, 37, 74, 111))
            words = " ".join(f"{subject.title}\n\n{subject.history}" for subject in several).split(" ")
            pages.append(" ".join(words[: dice.integers(*_PAGE)]))
        return pages

    @functools.cached_property
    def _order(self) -> list[int]:
        order: list[int] = np.random.default_rng((self._seed, 1)).permutation(len(self._subjects)).tolist()
        return order

    def _some(self, number: int) -> list[int]:
        return [self._order[place % len(self._order)] for place in range(number)]

    def _block(self, block: int) -> Iterator[tuple[str, str]]:
        dice = np.random.default_rng((self._seed, 0, block))
        for _ in range(_BLOCK):
            subject = self._subjects[dice.integers(len(self._subjects))]
            length = max(_FEWEST, int(dice.normal(*_WORDS)))
            own = subject.words[dice.integers(len(subject.words), size=length // 2)]
            drawn = np.searchsorted(self._shares, dice.random(length - length // 2))
            others = self._words[np.minimum(drawn, len(self._words) - 1)]
            yield subject.title, " ".join((*own.tolist(), *others.tolist()))
