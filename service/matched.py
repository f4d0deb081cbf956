"""Why a decided item is among the results."""

from collections.abc import Sequence

from indexer.index import Index
from indexer.records import DisputedItem, Reason
from indexer.wording import is_telling, words_of
from service.records import Matched, MatchedPassage
from service.retrieve import Candidate
from service.understand import RequestedItem

_TERMS_SHOWN = 8


def telling_words(text: str, index: Index) -> tuple[str, ...]:
    """Return the words of a request that say something, the rarest in the index first, equal ones as they stand."""
    words = dict.fromkeys(word for word in words_of(text) if is_telling(word) and not word.isdigit())
    return tuple(sorted(words, key=index.frequency))


def matched(
    candidate: Candidate,
    item: DisputedItem,
    asked: RequestedItem,
    words: Sequence[str],
    phrases: tuple[str, ...] = (),
    reasons: Sequence[Reason] = (),
) -> Matched:
    """Tell why an item is among the results.

    Args:
        candidate: the item as it was ranked.
        item: the item as it stands in its letter.
        asked: what was asked for.
        words: the request's telling words, most telling first.
        phrases: what had to be found word for word.
        reasons: why the item was decided as it was.
    """
    agreed = candidate.agreement
    held = set(words_of(f"{item.title} {item.rationale.text}"))
    wanted = {name for treatment in asked.treatments for name in treatment.ingredients}
    nearest = candidate.passages[0] if candidate.passages else None
    return Matched(
        concepts=agreed.concepts,
        category=agreed.category,
        ingredients=tuple(
            dict.fromkeys(name for treatment in item.treatments for name in treatment.ingredients if name in wanted)
        ),
        body_regions=agreed.body_regions,
        laterality=tuple(side for side in item.laterality if side in asked.laterality),
        terms=tuple(word for word in words if word in held)[:_TERMS_SHOWN],
        phrases=phrases,
        reasons=tuple(dict.fromkeys(reason.code for reason in reasons)),
        passage=MatchedPassage(index=0, start=nearest.start, end=nearest.end) if nearest else None,
        similarity=None if candidate.similarity is None else round(candidate.similarity, 4),
        dense_rank=candidate.dense_rank,
        lexical_rank=candidate.lexical_rank,
    )
