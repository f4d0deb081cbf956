"""How much of what a request's words could score the best decided item does score.

A word is worth what it scores alone on the item that suits it best (BM25), so a rare word weighs more than a common
one. A word that no item holds is worth the most that any word could score here: 'pembrolizumab' in an index without it
says more against the index than the common words around it say for it.
"""

import functools
import math
import re
from collections.abc import Callable

from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index

# BM25's term frequency factor never exceeds k1 + 1; the index's k1 is 1.2.
_MOST_FREQUENT = 2.2
# Words beyond so many add nothing but time: a pasted page whose item is not understood is the one case.
_MOST_WORDS = 100
# Words whose worth is remembered.
_REMEMBERED = 50_000
_WORD = re.compile(r"[^\W_]+")


Worth = Callable[[str], float]


def word_share(text: str, index: Index, filters: Filters = NO_FILTERS, worth: Worth | None = None) -> float:
    """Return the share, 0 to 1, of a text's words by their worth that the best item which passes the filters holds.

    Words that are together worth less than one rare word prove nothing by standing in an item; they count as if they
    were worth that much. `worth` is the index's, from `worth_in`, where one is kept.
    """
    worth = worth or worth_in(index)
    words = telling(text)
    if not words:
        return 0.0
    best = index.search_text(" ".join(words), 1, filters)
    most = max(_rarest(index), sum(map(worth, words)))
    return min(1.0, best[0].score / most) if best else 0.0


def telling(text: str) -> tuple[str, ...]:
    """Return the words of a text that may name something, each once: no numbers, no single letters."""
    found = (word.lower() for word in _WORD.findall(text))
    words = dict.fromkeys(word for word in found if len(word) > 1 and not word.isdigit())
    return tuple(words)[:_MOST_WORDS]


def worth_in(index: Index) -> Worth:
    """Return what tells a word's worth in an index; it remembers words of the index and none that only requests hold.

    To look a word up takes a millisecond at some 100,000 items, and requests share most of their words.
    """
    most = _MOST_FREQUENT * _rarest(index)

    @functools.lru_cache(maxsize=_REMEMBERED)
    def held(word: str) -> float:
        best = index.search_text(word, 1)
        return best[0].score if best else most

    return lambda word: held(word) if index.frequency(word) else most


def _rarest(index: Index) -> float:
    """Return BM25's weight of a word that no item holds, said once in an item of common length."""
    return math.log(2 * index.counts.items + 2)
