"""How close the index comes to a request: 'close', 'related' or 'none'."""

from collections.abc import Sequence

from config.settings import CoverageSettings
from service.records import Coverage
from service.retrieve import Candidate
from service.understand import RequestedItem


def coverage(asked: RequestedItem, candidates: Sequence[Candidate], settings: CoverageSettings) -> Coverage:
    """Say how close the nearest decisions come, by the treatments they share and by similarity (cosine)."""
    if not candidates:
        return "none"
    nearest = max((candidate.similarity or -1.0) for candidate in candidates)
    shared = any(candidate.agreement.concepts for candidate in candidates)
    if shared and nearest >= settings.related_similarity:
        return "close"
    if asked.treatments:
        # A treatment that the vocabulary knows and no decision here is about.
        return "related" if nearest >= settings.close_similarity else "none"
    if nearest >= settings.close_similarity:
        return "close"
    return "related" if nearest >= settings.related_similarity else "none"


def is_precedent(candidate: Candidate, *, known: bool) -> bool:
    """Whether a decision may be quoted for a request: of a known treatment or its category, else of its words.

    Ranked lists always have a next best; evidence has a floor.
    """
    if known:
        return bool(candidate.agreement.concepts) or candidate.agreement.category is not None
    return (candidate.similarity or 0.0) > 0
