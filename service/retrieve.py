"""Candidates for one requested item: the nearest by meaning and by words, scored with what is known of each."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from config.settings import SearchSettings
from indexer.embed import FloatArray
from indexer.facts import ItemFacts
from indexer.filters import Filters
from indexer.index import Index, ItemKey, PassageHit
from indexer.parse.normalise import Normaliser
from indexer.records import Record
from service.agreement import Agreement, Grades
from service.score import NO_SIGNALS, Signals, weighed
from service.understand import RequestedItem

# A passage ranking names an item more than once; this many passages an item on average are asked for.
_PASSAGES_PER_ITEM = 2


class Candidate(Record, frozen=True):
    """A decided item with everything that ranked it; its letter is read where it is shown (`service/decided.py`)."""

    key: ItemKey
    facts: ItemFacts
    score: float
    similarity: float | None
    lexical_rank: int | None
    dense_rank: int | None
    agreement: Agreement
    passages: tuple[PassageHit, ...]
    signals: Signals = NO_SIGNALS


class _Found(NamedTuple):
    """The two rankings of one requested item, best first: passages by item, and BM25 scores."""

    passages: Mapping[ItemKey, tuple[PassageHit, ...]]
    words: Mapping[ItemKey, float]
    least_cosine: float
    most_words: float


def retrieve(
    asked: RequestedItem,
    vector: FloatArray,
    index: Index,
    normaliser: Normaliser,
    filters: Filters,
    settings: SearchSettings,
) -> list[Candidate]:
    """Return the candidates for one requested item, best first, equal scores by key.

    Args:
        asked: the item.
        vector: its text embedded, shape (dimension,).
        index: where to search.
        normaliser: the vocabulary, for what is close kin.
        filters: which decided items may be returned, resolved.
        settings: sizes and weights.
    """
    part = _part(asked, filters)
    passages = _by_item(index.search_vector(vector, settings.candidates * _PASSAGES_PER_ITEM, filters, part))
    words = {
        hit.key: hit.score for hit in index.search_text(asked.text, settings.candidates, filters, part, stemmed=True)
    }
    found = _Found(
        passages=passages,
        words=words,
        least_cosine=min((hits[0].score for hits in passages.values()), default=0.0),
        most_words=max(words.values(), default=0.0),
    )
    dense_ranks = {key: rank for rank, key in enumerate(found.passages, start=1)}
    lexical_ranks = {key: rank for rank, key in enumerate(found.words, start=1)}
    candidates = []
    grades = Grades(asked, normaliser)
    keys = tuple(dict.fromkeys((*found.passages, *found.words)))
    for key, facts in zip(keys, index.facts(keys), strict=True):
        agreed = grades.of(facts)
        signals = _signals(key, found, asked, facts, agreed)
        mine = found.passages.get(key, ())
        candidates.append(
            Candidate(
                key=key,
                facts=facts,
                score=weighed(signals, settings),
                signals=signals,
                similarity=mine[0].score if mine else None,
                lexical_rank=lexical_ranks.get(key),
                dense_rank=dense_ranks.get(key),
                agreement=agreed,
                passages=mine,
            )
        )
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.key))


def _signals(key: ItemKey, found: _Found, asked: RequestedItem, facts: ItemFacts, agreed: Agreement) -> Signals:
    passages = found.passages.get(key)
    return Signals(
        dense=passages[0].score if passages else found.least_cosine,
        lexical=found.words.get(key, 0.0) / found.most_words if found.most_words else 0.0,
        concept=agreed.grade,
        outcome=float(facts.outcome == asked.outcome),
    )


def _part(asked: RequestedItem, filters: Filters) -> Filters | None:
    """Return what passes only the treatments asked for, so that none of their decisions is missed."""
    asked_for = tuple(treatment.concept for treatment in asked.treatments)
    concepts = asked_for or tuple(sorted({concept for family in asked.families for concept in family.members}))
    return Filters(treatment=concepts) if concepts and not filters.treatment else None


def _by_item(hits: Sequence[PassageHit]) -> dict[ItemKey, tuple[PassageHit, ...]]:
    """Return passages by item, best first: the best of each item comes first, so items stand in order of it."""
    by_item: dict[ItemKey, list[PassageHit]] = {}
    for hit in hits:
        by_item.setdefault(hit.key, []).append(hit)
    return {key: tuple(passages) for key, passages in by_item.items()}
