"""From ranked candidates to precedents: near-duplicates folded, passages chosen, the reason for each told."""

import hashlib
from collections.abc import Sequence

from indexer.records import DisputedItem, Reason, Record
from service.cite import cite_as
from service.editions import decided_under
from service.records import DuplicateItem, FoundPassage, Precedent
from service.retrieve import Candidate
from service.understand import RequestedItem

_PASSAGES_SHOWN = 2


class Group(Record, frozen=True):
    """A candidate and those whose rationales say the same, in order of rank."""

    first: Candidate
    others: tuple[Candidate, ...]

    @property
    def duplicates(self) -> tuple[DuplicateItem, ...]:
        """The other items, as they are listed."""
        return tuple(
            DuplicateItem(determination_id=other.key.determination_id, item=other.key.item) for other in self.others
        )


def duplicate_key(item: DisputedItem) -> tuple[str, ...]:
    """Return what items share that say the same thing of the same treatment with the same outcome.

    The words alone do not do: one sentence ('the surgery is not necessary, so neither is this') decides a sling, a
    cold pack and twelve visits of therapy.
    """
    words = hashlib.sha256(" ".join(item.rationale.text.split()).casefold().encode()).hexdigest()
    named = tuple(treatment.concept for treatment in item.treatments) or (item.request.casefold(),)
    return (words, item.outcome, *named)


def fold(candidates: Sequence[Candidate]) -> list[Group]:
    """Fold candidates that say the same of the same treatment into the best ranked of them."""
    members: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in candidates:
        members.setdefault(duplicate_key(candidate.item), []).append(candidate)
    return [Group(first=group[0], others=tuple(group[1:])) for group in members.values()]


def precedent(group: Group, rank: int, request: int, asked: RequestedItem, reasons: Sequence[Reason] = ()) -> Precedent:
    """Write a group as the API shows it; `reasons` are those of its first item."""
    first = group.first
    determination, item = first.determination, first.item
    return Precedent(
        rank=rank,
        score=round(first.score, 6),
        determination_id=determination.id,
        case_number=determination.case_number,
        item=item.number,
        title=item.title,
        outcome=item.outcome,
        decision_date=determination.dates.decision,
        specialties=determination.reviewer.specialties_normalised or determination.reviewer.specialties,
        treatments=item.treatments,
        body_regions=item.body_regions,
        request=request,
        passages=_passages(first),
        citations=item.citations,
        decided_under=decided_under(determination, item),
        matched={**_matched(first, asked), "reasons": list(dict.fromkeys(reason.code for reason in reasons))},
        duplicates=group.duplicates,
        cite_as=cite_as(determination, item),
    )


def _passages(candidate: Candidate) -> tuple[FoundPassage, ...]:
    determination, item = candidate.determination, candidate.item
    places = [(hit.start, hit.end, hit.score) for hit in candidate.passages[:_PASSAGES_SHOWN]]
    if not places:
        # Found by its words alone, so no passage is nearer than another.
        places = [(item.rationale.start, item.rationale.end, 0.0)]
    return tuple(
        FoundPassage(
            text=determination.text[start:end],
            start=start,
            end=end,
            page=determination.page_at(start),
            score=round(score, 6),
        )
        for start, end, score in places
    )


def _matched(candidate: Candidate, asked: RequestedItem) -> dict[str, object]:
    """Tell why an item is among the results."""
    return {
        "concepts": list(candidate.agreement.concepts),
        "category": candidate.agreement.category,
        "body_regions": list(candidate.agreement.body_regions),
        "laterality": [side for side in candidate.item.laterality if side in asked.laterality],
        "terms": _shared_words(asked.text, candidate.item.title),
        "similarity": None if candidate.similarity is None else round(candidate.similarity, 4),
        "dense_rank": candidate.dense_rank,
        "lexical_rank": candidate.lexical_rank,
    }


def _shared_words(asked: str, title: str) -> list[str]:
    wanted = set(_words(asked))
    return [word for word in dict.fromkeys(_words(title)) if word in wanted]


def _words(text: str) -> list[str]:
    return [word for word in text.lower().replace("/", " ").split() if len(word) > 2 and any(map(str.isalnum, word))]  # noqa: PLR2004 - words of two letters say nothing
