"""Whether two decided items say the same, word for word but for figures, dates, sides and what was asked for.

Reviewers work from templates. Two rationales of one template are one reason as long as nothing but such particulars
was changed; a sentence of its own makes another reason, however long the template around it is.
"""

import functools
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from indexer.records import DisputedItem
from indexer.sentences import sentence_spans
from indexer.wording import is_telling, load_wording, words_of

# The least share of word triples that two rationales have in common: see docs/decisions/0012 for how it was chosen.
LEAST_SHARED = 0.8
# The least share of a sentence's telling words that the other rationale has at the same place.
_LEAST_KEPT = 2 / 3
RUN = 3
_FIGURE = "#"
_ASKED = "%"


class _Masked(NamedTuple):
    """A rationale's words with particulars masked; `sentences` holds the number of words of each sentence."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]


def alike(one: DisputedItem, other: DisputedItem) -> bool:
    """Whether two items of the same treatment and outcome say the same."""
    if one.rationale.text == other.rationale.text:
        return True
    asked = frozenset(filter(is_telling, words_of(f"{one.title} {other.title}")))
    first, second = _masked(one.rationale.text, asked), _masked(other.rationale.text, asked)
    if first.words == second.words:
        return True
    if _shared(shingles(first.words), shingles(second.words)) < LEAST_SHARED:
        return False
    return _differ_in_trifles(first, second)


def mask(words: Sequence[str], asked: frozenset[str] = frozenset()) -> list[str]:
    """Return words with figures, and what was asked for, replaced by a sign; a run of either becomes one sign."""
    masked: list[str] = []
    for word in words:
        sign = _FIGURE if _is_figure(word) else _ASKED if word in asked else word
        if sign not in (_FIGURE, _ASKED) or masked[-1:] != [sign]:
            masked.append(sign)
    return masked


@functools.lru_cache(maxsize=100_000)
def _is_figure(word: str) -> bool:
    return word in load_wording().exchangeable or any(map(str.isdigit, word))


def shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words; a shorter text is one run."""
    return frozenset(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def _masked(text: str, asked: frozenset[str]) -> _Masked:
    sentences = [mask(words_of(text[span.start : span.end]), asked) for span in sentence_spans(text)]
    return _Masked(
        words=tuple(word for sentence in sentences for word in sentence),
        sentences=tuple(len(sentence) for sentence in sentences),
    )


def _shared(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return the Jaccard similarity of two sets that are not both empty."""
    return len(one & other) / len(one | other)


def _differ_in_trifles(one: _Masked, other: _Masked) -> bool:
    """Whether no negation is added or lost, and every sentence of either keeps most of its telling words."""
    negations = load_wording().negations
    kept, kept_other = [False] * len(one.words), [False] * len(other.words)
    aligned = SequenceMatcher(None, one.words, other.words, autojunk=False)
    for kind, start, end, start_other, end_other in aligned.get_opcodes():
        if kind == "equal":
            kept[start:end] = [True] * (end - start)
            kept_other[start_other:end_other] = [True] * (end_other - start_other)
            continue
        lost = sorted(negations.intersection(one.words[start:end]))
        if lost != sorted(negations.intersection(other.words[start_other:end_other])):
            return False
    return _sentences_kept(one, kept) and _sentences_kept(other, kept_other)


def _sentences_kept(rationale: _Masked, kept: Sequence[bool]) -> bool:
    start = 0
    for length in rationale.sentences:
        places = range(start, start + length)
        telling = [kept[place] for place in places if is_telling(rationale.words[place])]
        if telling and sum(telling) < _LEAST_KEPT * len(telling):
            return False
        start += length
    return True
