"""Dependent services among the candidates: an assistant surgeon or a sling goes under its operation.

A dependent item stands or falls with its primary item, so it is no precedent of its own where the primary is a result
as well. It keeps its own place where the request asks for just that service, and where it is nearer to the request
than its primary is.
"""

from collections.abc import Mapping, Sequence

from indexer.facts import ItemFacts
from indexer.index import ItemKey
from service.retrieve import Candidate
from service.understand import RequestedItem


def primaries(candidates: Sequence[Candidate], asked: RequestedItem) -> dict[ItemKey, ItemKey]:
    """Return the candidates that go under another candidate, each with that one, in order of rank."""
    better: dict[ItemKey, Candidate] = {}
    under: dict[ItemKey, ItemKey] = {}
    for candidate in candidates:
        primary = _primary(candidate, better)
        if primary is not None and not _asked_for(candidate.facts, primary.facts, asked):
            under[candidate.key] = primary.key
        else:
            better[candidate.key] = candidate
    return under


def _primary(candidate: Candidate, better: Mapping[ItemKey, Candidate]) -> Candidate | None:
    """Return the candidate among those ranked better that an item depends on, over as many steps as it takes."""
    found = None
    for number in candidate.facts.follows:
        found = better.get(ItemKey(candidate.key.determination_id, number), found)
    return found


def _asked_for(dependent: ItemFacts, primary: ItemFacts, asked: RequestedItem) -> bool:
    """Whether a request asks for the dependent service itself and not for what it depends on."""
    wanted = {treatment.concept for treatment in asked.treatments}
    by_dependent = wanted.intersection(treatment.concept for treatment in dependent.treatments)
    by_primary = wanted.intersection(treatment.concept for treatment in primary.treatments)
    return bool(by_dependent) and not by_primary
