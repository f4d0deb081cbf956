"""How close the index comes to a request: 'close', 'related' or 'none'.

Three things are known of a requested item: the cosine of the nearest passage, the share of its words that the best
item holds (`service.wordshare`), and how the decisions found stand to its treatment where the vocabulary knows it. From
these a logistic, calibrated for the embedding model (config/coverage.toml), makes the probability that the index
answers the item. docs/coverage.md says how it was fitted and how it does.
"""

import math
from collections.abc import Sequence
from typing import Literal

from config.calibration import Calibration
from indexer.parse.normalise import Normaliser
from indexer.records import Record
from service.records import Coverage
from service.retrieve import Candidate
from service.understand import RequestedItem

Standing = Literal["same", "kin", "undecided", "unknown"]


class Nearness(Record, frozen=True):
    """What coverage is judged by.

    Attributes:
        similarity: cosine of the nearest passage, 0 where there is none.
        words: share of the request's words, by their worth, that the best item holds.
        standing: 'same' where a decision found is about a treatment asked for; 'kin' where only about one with an
            ingredient of it, one decided on the same grounds or one of the class asked for; 'undecided' where about
            none of these; 'unknown' where the vocabulary does not know what is asked for.
    """

    similarity: float
    words: float
    standing: Standing


NOWHERE = Nearness(similarity=0.0, words=0.0, standing="unknown")


def nearness(asked: RequestedItem, candidates: Sequence[Candidate], words: float, normaliser: Normaliser) -> Nearness:
    """Measure how near the decisions found come to what is asked for; `words` is its word share."""
    return Nearness(
        similarity=max((candidate.similarity or 0.0 for candidate in candidates), default=0.0),
        words=words,
        standing=_standing(asked, candidates, normaliser),
    )


def probability(near: Nearness, calibration: Calibration) -> float:
    """Return the calibrated probability that the index answers an item."""
    return 1 / (1 + math.exp(-_sum(near, calibration)))


def coverage(near: Nearness, calibration: Calibration) -> Coverage:
    """Say how close the index comes.

    'close': probable enough, and decisions share the treatment, or, where none does for certain (close kin, a class, a
    name that is not known), so near that hardly a request from elsewhere is. 'related': probable enough, but only
    middling, or the treatment is known and no decision is about it. 'none': all else.
    """
    found = probability(near, calibration)
    if found < calibration.related:
        return "none"
    if near.standing == "same":
        return "close"
    return "close" if near.standing != "undecided" and found >= calibration.close else "related"


def least_similarity(near: Nearness, calibration: Calibration) -> float:
    """Return the cosine from which one decision alone would leave a request covered, its words being what they are."""
    if not calibration.similarity:
        return 0.0
    threshold = math.log(calibration.related / (1 - calibration.related))
    missing = threshold - _sum(near, calibration) + calibration.similarity * near.similarity
    return max(0.0, min(near.similarity, missing / calibration.similarity))


def is_precedent(candidate: Candidate, *, known: bool, least: float) -> bool:
    """Whether a decision may be quoted for a request: of a known treatment, its kin or category, else by similarity.

    Ranked lists always have a next best; evidence has a floor: `least`, from `least_similarity`.
    """
    if known:
        return candidate.agreement.near
    return candidate.similarity is not None and candidate.similarity >= least


def _standing(asked: RequestedItem, candidates: Sequence[Candidate], normaliser: Normaliser) -> Standing:
    if not (asked.treatments or asked.families):
        return "unknown"
    decided = [treatment for candidate in candidates for treatment in candidate.facts.treatments]
    wanted = {treatment.concept for treatment in asked.treatments}
    if any(treatment.concept in wanted for treatment in decided):
        return "same"
    members = (family.members for family in asked.families)
    kin = frozenset().union(*members, *(normaliser.close_kin(concept) for concept in wanted))
    ingredients = {name for treatment in asked.treatments for name in treatment.ingredients}
    if any(treatment.concept in kin or ingredients.intersection(treatment.ingredients) for treatment in decided):
        return "kin"
    return "undecided"


def _sum(near: Nearness, calibration: Calibration) -> float:
    total = calibration.constant + calibration.similarity * near.similarity + calibration.words * near.words
    return total + {"same": calibration.decided, "undecided": calibration.undecided}.get(near.standing, 0.0)
