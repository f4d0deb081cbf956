"""How close the index comes to a request: 'close', 'related' or 'none'.

Four things are known of a requested item: the cosine of the nearest passage, the share of its words that the best item holds
(`service.wordshare`), whether decisions share its treatment, and whether its treatment is one that the vocabulary knows. A
logistic, calibrated for the embedding model (config/coverage.toml), makes of them the probability that the index answers it.
docs/coverage.md says how it was fitted and how it does.
"""

import math
from collections.abc import Sequence

from config.calibration import Calibration
from indexer.records import Record
from service.records import Coverage
from service.retrieve import Candidate
from service.understand import RequestedItem


class Nearness(Record, frozen=True):
    """What coverage is judged by.

    Attributes:
        similarity: cosine of the nearest passage, 0 where there is none.
        words: share of the request's words, by their worth, that the best item holds.
        known: whether the vocabulary knows what is asked for.
        decided: whether a decision found is about it.
    """

    similarity: float
    words: float
    known: bool
    decided: bool


NOWHERE = Nearness(similarity=0.0, words=0.0, known=False, decided=False)


def nearness(asked: RequestedItem, candidates: Sequence[Candidate], words: float) -> Nearness:
    """Measure how near the decisions found come to what is asked for; `words` is its word share."""
    return Nearness(
        similarity=max((candidate.similarity or 0.0 for candidate in candidates), default=0.0),
        words=words,
        known=bool(asked.treatments),
        decided=any(candidate.agreement.concepts for candidate in candidates),
    )


def probability(near: Nearness, calibration: Calibration) -> float:
    """Return the calibrated probability that the index answers an item."""
    return 1 / (1 + math.exp(-_sum(near, calibration)))


def coverage(near: Nearness, calibration: Calibration) -> Coverage:
    """Say how close the index comes.

    'close': probable enough, and decisions share the treatment, or, where it is not known, so near that hardly a request
    from elsewhere is. 'related': probable enough, but the treatment is known and no decision is about it, or is not known
    and the nearest are of middling nearness. 'none': all else.
    """
    found = probability(near, calibration)
    if found < calibration.related:
        return "none"
    if near.known:
        return "close" if near.decided else "related"
    return "close" if found >= calibration.close else "related"


def least_similarity(near: Nearness, calibration: Calibration) -> float:
    """Return the cosine from which one decision alone would leave a request covered, its words being what they are."""
    if not calibration.similarity:
        return 0.0
    threshold = math.log(calibration.related / (1 - calibration.related))
    missing = threshold - _sum(near, calibration) + calibration.similarity * near.similarity
    return max(0.0, min(near.similarity, missing / calibration.similarity))


def is_precedent(candidate: Candidate, *, known: bool, least: float) -> bool:
    """Whether a decision may be quoted for a request: of a known treatment or its category, else by its similarity.

    Ranked lists always have a next best; evidence has a floor: `least`, from `least_similarity`.
    """
    if known:
        return bool(candidate.agreement.concepts) or candidate.agreement.category is not None
    return candidate.similarity is not None and candidate.similarity >= least


def _sum(near: Nearness, calibration: Calibration) -> float:
    total = calibration.constant + calibration.similarity * near.similarity + calibration.words * near.words
    if near.decided:
        return total + calibration.decided
    return total + calibration.undecided if near.known else total
