"""Reciprocal rank fusion: several rankings of the same things become one score for each."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
DEFAULT_K = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[K]], k: int = DEFAULT_K, weights: Sequence[float] | None = None
) -> dict[K, float]:
    """Add up weight / (k + rank) over the rankings that hold a thing; ranks count from 1.

    Source: Cormack, Clarke and Buettcher, Reciprocal Rank Fusion, SIGIR 2009 (k = 60 there).

    Args:
        rankings: things best first; a thing that stands twice in one ranking counts at its first place.
        k: how little the first places differ from the later ones; at least 0.
        weights: one for each ranking; None for 1 each.

    Returns:
        The score of each thing, in order of first appearance; higher is better.

    Raises:
        ValueError: as many weights as rankings are needed, and k may not be negative.
    """
    if k < 0:
        raise ValueError(f"k is {k}, which is negative")
    scores: dict[K, float] = {}
    given = [1.0] * len(rankings) if weights is None else weights
    for weight, ranking in zip(given, rankings, strict=True):
        for rank, thing in enumerate(dict.fromkeys(ranking), start=1):
            scores[thing] = scores.get(thing, 0.0) + weight / (k + rank)
    return scores
