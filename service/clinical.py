"""The clinical picture around an item: the sentences of a request that tell what is wrong, what was found and tried."""

from collections.abc import Sequence
from typing import NamedTuple

from service.cues import load_cues
from service.names import Names
from service.sections import Block

_MOST_WORDS = 60
_LEAST_WORDS = 4
# What a sentence gains by standing under a label of findings, and by naming the item's own region.
_LABELLED = {"clinical": 1.5, "past": 0.5}
_REGION = 1.5
_UNTOLD = frozenset({"other", "approved", "detail", "asked", "reason"})


class Sentence(NamedTuple):
    """A sentence that tells something clinical, and how much."""

    text: str
    weight: float


def clinical_sentences(text: str, found: Sequence[Block], names: Names) -> tuple[Sentence, ...]:
    """Return a request's clinical sentences in order, those of forms' lines and of what is asked for left out."""
    return tuple(
        sentence
        for block in found
        if block.kind not in _UNTOLD and not block.row
        for sentence in _told(text, block, names)
    )


def _told(text: str, block: Block, names: Names) -> list[Sentence]:
    cues = load_cues()
    body = text[block.start : block.end]
    told = []
    for span in names.sentences(body):
        sentence = body[span.start : span.end]
        labelled = _LABELLED.get(block.kind, 0.0)
        signs = sum(1 for _ in cues.clinical.finditer(sentence))
        if signs or (block.kind == "clinical" and len(sentence.split()) < _LEAST_WORDS):
            told.append(Sentence(sentence, labelled + min(signs, _LEAST_WORDS)))
    return told


def context_of(phrase: str, regions: Sequence[str], told: Sequence[Sentence], names: Names) -> str:
    """Return the sentences that say most about an item, in their order, no more than 60 words."""
    weighed = [
        (sentence.weight + (_REGION if regions and set(regions) & set(names.regions(sentence.text)) else 0.0), -number)
        for number, sentence in enumerate(told)
        if phrase not in sentence.text and sentence.text not in phrase
    ]
    chosen: list[int] = []
    left = _MOST_WORDS
    for _, minus in sorted(weighed, reverse=True):
        words = len(told[-minus].text.split())
        if words <= left:
            chosen.append(-minus)
            left -= words
    return " ".join(told[number].text for number in sorted(chosen))
