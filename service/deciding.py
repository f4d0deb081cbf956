"""Which sentences of a rationale to quote: the one that decides, and what links it to the request."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.deciding import cues, sentences_of
from indexer.records import DisputedItem, Reason

# What each word that a sentence shares with the request adds, up to a limit.
_SHARED_WORD = 0.2
_MOST_SHARED = 0.6
_WORD = re.compile(r"[a-z0-9]{3,}")
# Items of the index whose sentences are remembered, at some kilobytes each: the same precedents are quoted again and
# again, and to read their sentences takes longest of all in a pack that quotes them.
_REMEMBERED = 2048
_sentences_of = functools.lru_cache(maxsize=_REMEMBERED)(sentences_of)


class QuotePlace(NamedTuple):
    """A quote's place in the determination's text, and how telling it is."""

    start: int
    end: int
    weight: float


def deciding_quote(item: DisputedItem, reasons: Sequence[Reason], asked: str, most: int) -> QuotePlace:
    """Return the run of at most `most` whole sentences of a rationale that says most about why it was so decided.

    A sentence counts by its own weight, by the reason it states (`reasons` are the item's) and by the words it shares
    with what was asked for; each sentence more must be worth its length.
    """
    words = frozenset(_WORD.findall(asked.lower()))
    stated = {reason.start for reason in reasons}
    sentences = _sentences_of(item)
    weights = [
        sentence.weight + cues().reason * (sentence.start in stated) + _shared(sentence.text, words)
        for sentence in sentences
    ]
    best = QuotePlace(item.rationale.start, item.rationale.end, float("-inf"))
    for first in range(len(sentences)):
        total = 0.0
        for last in range(first, min(first + most, len(sentences))):
            total += weights[last]
            value = total - cues().length_cost * (last - first)
            if value >= best.weight:
                best = QuotePlace(sentences[first].start, sentences[last].end, value)
    return best


def _shared(sentence: str, words: frozenset[str]) -> float:
    return min(_MOST_SHARED, _SHARED_WORD * len(words & frozenset(_WORD.findall(sentence.lower()))))
