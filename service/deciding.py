"""The sentences of a rationale that decide, told from the guideline text they stand in."""

import functools
import re
import tomllib
from typing import NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.records import DisputedItem
from indexer.sentences import sentence_spans

_FILE = "deciding_cues.toml"
# What each word that a sentence shares with the request adds, up to a limit.
_SHARED_WORD = 0.2
_MOST_SHARED = 0.6
_WORD = re.compile(r"[a-z0-9]{3,}")


class _CueGroup(NamedTuple):
    name: str
    weight: float
    pattern: re.Pattern[str]


class _Cues(NamedTuple):
    groups: tuple[_CueGroup, ...]
    sentence: float
    position: float
    length_cost: float
    bare_words: int
    bare_weight: float


class QuotePlace(NamedTuple):
    """A quote's place in the determination's text, and how telling it is."""

    start: int
    end: int
    weight: float


@functools.cache
def _cues() -> _Cues:
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    groups = tuple(
        _CueGroup(group["name"], group["weight"], re.compile("|".join(group["patterns"]), re.IGNORECASE))
        for group in data["group"]
    )
    return _Cues(groups=groups, **data["base"])


def deciding_quote(item: DisputedItem, asked: str, most: int) -> QuotePlace:
    """Return the run of at most `most` whole sentences of a rationale that says most about why it was so decided."""
    text = item.rationale.text
    spans = sentence_spans(text)
    words = frozenset(_WORD.findall(asked.lower()))
    weights = [
        _weight(text[span.start : span.end], words) + _cues().position * place / len(spans)
        for place, span in enumerate(spans)
    ]
    best = QuotePlace(item.rationale.start, item.rationale.end, float("-inf"))
    for first in range(len(spans)):
        total = 0.0
        for last in range(first, min(first + most, len(spans))):
            total += weights[last]
            value = total - _cues().length_cost * (last - first)
            if value >= best.weight:
                start = item.rationale.start + spans[first].start
                best = QuotePlace(start, item.rationale.start + spans[last].end, value)
    return best


def _weight(sentence: str, asked: frozenset[str]) -> float:
    cues = _cues()
    matched = {group.name: group.weight for group in cues.groups if group.pattern.search(sentence)}
    if "conclusion" in matched and len(sentence.split()) <= cues.bare_words:
        return cues.bare_weight
    shared = len(asked & frozenset(_WORD.findall(sentence.lower())))
    return cues.sentence + sum(matched.values()) + min(_MOST_SHARED, _SHARED_WORD * shared)
