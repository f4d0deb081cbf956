"""Candidates for one requested item: dense and lexical rankings, fused, with what is known of treatment and region.

A decided item's score is its reciprocal rank fusion score plus the weighted grade of its agreement with the request.
Agreement is scaled to one first place, so its weight reads in the same unit as the rankings' weights.
"""

from collections.abc import Sequence

import msgspec

from config.settings import SearchSettings
from indexer.embed import FloatArray
from indexer.filters import Filters
from indexer.index import Index, ItemKey, PassageHit
from indexer.records import Determination, DisputedItem, Record
from service.agreement import Agreement, agreement
from service.fusion import reciprocal_rank_fusion
from service.understand import RequestedItem

# A passage ranking names an item more than once; this many passages an item on average are asked for.
_PASSAGES_PER_ITEM = 2


class Candidate(Record, frozen=True):
    """A decided item with everything that ranked it."""

    key: ItemKey
    determination: Determination
    item: DisputedItem
    score: float
    similarity: float | None
    lexical_rank: int | None
    dense_rank: int | None
    agreement: Agreement
    passages: tuple[PassageHit, ...]


def retrieve(
    asked: RequestedItem,
    vector: FloatArray,
    index: Index,
    filters: Filters,
    settings: SearchSettings,
) -> list[Candidate]:
    """Return the candidates for one requested item, best first, equal scores by key.

    Args:
        asked: the item.
        vector: its text embedded, shape (dimension,).
        index: where to search.
        filters: which decided items may be returned, resolved.
        settings: sizes and weights.
    """
    narrowed = _narrowed(asked, filters)
    passages = _nearest(index, vector, filters, narrowed, settings.candidates)
    dense = _items_in_order(passages)
    lexical = _by_words(asked.text, index, filters, narrowed, settings.candidates)
    fused = reciprocal_rank_fusion([dense, lexical], settings.rrf_k, [settings.dense_weight, settings.lexical_weight])
    dense_ranks = {key: rank for rank, key in enumerate(dense, start=1)}
    lexical_ranks = {key: rank for rank, key in enumerate(lexical, start=1)}
    unit = settings.concept_weight / (settings.rrf_k + 1)
    found = []
    for key, score in fused.items():
        determination, item = _decided(index, key)
        agreed = agreement(asked, item)
        mine = passages.get(key, ())
        found.append(
            Candidate(
                key=key,
                determination=determination,
                item=item,
                score=score + unit * agreed.grade,
                similarity=mine[0].score if mine else None,
                lexical_rank=lexical_ranks.get(key),
                dense_rank=dense_ranks.get(key),
                agreement=agreed,
                passages=mine,
            )
        )
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))


def _narrowed(asked: RequestedItem, filters: Filters) -> Filters | None:
    """Return the filters narrowed to the treatments asked for, so that none of their decisions is missed."""
    concepts = tuple(treatment.concept for treatment in asked.treatments)
    if not concepts or filters.treatment:
        return None
    return msgspec.structs.replace(filters, treatment=concepts)


def _nearest(
    index: Index,
    vector: FloatArray,
    filters: Filters,
    narrowed: Filters | None,
    limit: int,
) -> dict[ItemKey, tuple[PassageHit, ...]]:
    """Return the nearest passages by item, each item's best first."""
    wanted = limit * _PASSAGES_PER_ITEM
    hits = set(index.search_vector(vector, wanted, filters))
    if narrowed is not None:
        hits.update(index.search_vector(vector, wanted, narrowed))
    by_item: dict[ItemKey, list[PassageHit]] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.key, hit.start)):
        by_item.setdefault(hit.key, []).append(hit)
    return {key: tuple(passages) for key, passages in by_item.items()}


def _items_in_order(passages: dict[ItemKey, tuple[PassageHit, ...]]) -> list[ItemKey]:
    return sorted(passages, key=lambda key: (-passages[key][0].score, key))


def _by_words(
    text: str,
    index: Index,
    filters: Filters,
    narrowed: Filters | None,
    limit: int,
) -> Sequence[ItemKey]:
    scores = {hit.key: hit.score for hit in index.search_text(text, limit, filters)}
    if narrowed is not None:
        scores.update({hit.key: hit.score for hit in index.search_text(text, limit, narrowed)})
    return sorted(scores, key=lambda key: (-scores[key], key))


def _decided(index: Index, key: ItemKey) -> tuple[Determination, DisputedItem]:
    determination = index.determination(key.determination_id)
    item = determination.item(key.item) if determination else None
    if determination is None or item is None:
        raise LookupError(f"the index lists {key} and does not hold it")
    return determination, item
