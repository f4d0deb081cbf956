"""From ranked candidates to precedents: near-duplicates and dependents folded, passages chosen."""

from collections.abc import Sequence

from indexer.index import Index, ItemKey
from indexer.records import Determination, Reason, Record
from service.cite import cite_as
from service.decided import Decided
from service.dependents import primaries
from service.editions import decided_under
from service.records import DependentItem, DuplicateItem, FoundPassage, Matched, Precedent
from service.retrieve import Candidate
from service.understand import RequestedItem

_PASSAGES_SHOWN = 2


class Group(Record, frozen=True):
    """A candidate, those whose rationales say the same, and the dependents of any of them, in order of rank."""

    first: Candidate
    others: tuple[Candidate, ...] = ()
    following: tuple[Candidate, ...] = ()

    @property
    def duplicates(self) -> tuple[DuplicateItem, ...]:
        """The items that say the same, as they are listed."""
        return tuple(
            DuplicateItem(determination_id=other.key.determination_id, item=other.key.item) for other in self.others
        )

    @property
    def dependents(self) -> tuple[DependentItem, ...]:
        """The items that stand or fall with one of these, as they are listed."""
        return tuple(
            DependentItem(determination_id=other.key.determination_id, item=other.key.item, score=round(other.score, 6))
            for other in self.following
        )


def fold(candidates: Sequence[Candidate], index: Index, asked: RequestedItem) -> list[Group]:
    """Fold candidates, best first: dependents under their primary, near-duplicates into the best ranked of them.

    Which items are near-duplicates was decided when the index was written (`indexer.duplicates`).
    """
    under = primaries(candidates, asked)
    members: dict[ItemKey, list[Candidate]] = {}
    dependents: dict[ItemKey, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.key in under:
            dependents.setdefault(index.stands_for(under[candidate.key]), []).append(candidate)
        else:
            members.setdefault(index.stands_for(candidate.key), []).append(candidate)
    return [
        Group(first=group[0], others=tuple(group[1:]), following=tuple(dependents.get(standing, ())))
        for standing, group in members.items()
    ]


def precedent(
    group: Group, first: Decided, rank: int, request: int, why: Matched, reasons: Sequence[Reason] = ()
) -> Precedent:
    """Write a group as the API shows it.

    Args:
        group: the group.
        first: its first item with its letter.
        rank: its place among the results of its request.
        request: the place of that request.
        why: why the first item matched.
        reasons: why that was decided so.
    """
    determination, item = first
    return Precedent(
        rank=rank,
        score=round(group.first.score, 6),
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
        passages=_passages(group.first, first),
        citations=item.citations,
        decided_under=decided_under(determination, item),
        matched=why,
        duplicates=group.duplicates,
        dependents=group.dependents,
        cite_as=cite_as(determination, item),
        deciding=_deciding(determination, reasons),
    )


def _deciding(determination: Determination, reasons: Sequence[Reason]) -> FoundPassage | None:
    """Return the sentence of the surest reason; of equally sure ones the last, for rationales decide at their end."""
    if not reasons:
        return None
    surest = max(reasons, key=lambda reason: (reason.score, reason.start))
    return _found(determination, surest.start, surest.end, surest.score)


def _passages(candidate: Candidate, shown: Decided) -> tuple[FoundPassage, ...]:
    determination, item = shown
    places = [(hit.start, hit.end, hit.score) for hit in candidate.passages[:_PASSAGES_SHOWN]]
    if not places:
        # Found by its words alone, so no passage is nearer than another.
        places = [(item.rationale.start, item.rationale.end, 0.0)]
    return tuple(_found(determination, start, end, score) for start, end, score in places)


def _found(determination: Determination, start: int, end: int, score: float) -> FoundPassage:
    return FoundPassage(
        text=determination.text[start:end],
        start=start,
        end=end,
        page=determination.page_at(start),
        score=round(score, 6),
    )
