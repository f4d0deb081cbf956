"""What has been said already: near-duplicates among quotes."""

import re
from itertools import pairwise

# Quotes that share this much of the shorter one's pairs of words say the same.
_SAME = 0.85
_WORD = re.compile(r"\w+")


class Sayings:
    """Quotes heard so far."""

    def __init__(self) -> None:
        """Start with none."""
        self._heard: list[frozenset[tuple[str, str]]] = []

    def is_new(self, quote: str) -> bool:
        """Whether a quote says something that none before it said; if so, it counts as said from now on."""
        pairs = _pairs(quote)
        if any(_shared(pairs, other) >= _SAME for other in self._heard):
            return False
        self._heard.append(pairs)
        return True


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return frozenset(pairwise(["", *words, ""]))


def _shared(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    return len(one & other) / min(len(one), len(other))
