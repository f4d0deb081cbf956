"""What decided it: the reasons that reviewers give, counted by outcome, with example quotes."""

from collections import defaultdict
from collections.abc import Sequence

from indexer.filters import Filters
from indexer.index import Index
from indexer.reasonlist import Direction, reason_codes
from indexer.records import Determination, DisputedItem, Reason, Record
from service.group import duplicate_key
from service.records import Citation

# Examples of one reason: so many of each outcome, each of another letter.
_EXAMPLES = 2


class ReasonCount(Record, frozen=True):
    """How often reviewers give a reason, and in what words; `letters` is the number of letters it stands in."""

    code: str
    label: str
    direction: Direction
    upheld: int
    overturned: int
    letters: int
    examples: tuple[Citation, ...]


class ReasonsGiven(Record, frozen=True):
    """The reasons of some items, most given first. In `none_found` of `total` items none of the list was found."""

    total: int
    none_found: int
    reasons: tuple[ReasonCount, ...]


class _Stated(Record, frozen=True):
    determination: Determination
    item: DisputedItem
    reason: Reason


def reasons_given(index: Index, filters: Filters) -> ReasonsGiven:
    """Count the reasons of the items that pass; items that say the same count once, dependent items are left out.

    Args:
        index: where the items are.
        filters: which of them count, resolved.
    """
    total = none_found = 0
    seen: set[tuple[str, ...]] = set()
    stated: dict[str, list[_Stated]] = defaultdict(list)
    for key in index.select(filters):
        determination = index.determination(key.determination_id)
        item = determination.item(key.item) if determination else None
        if determination is None or item is None or item.depends_on is not None or duplicate_key(item) in seen:
            continue
        seen.add(duplicate_key(item))
        found = _once(index.reasons(key))
        total += 1
        none_found += not found
        for reason in found:
            stated[reason.code].append(_Stated(determination=determination, item=item, reason=reason))
    counts = [
        _count(code.name, code.label, code.direction, stated[code.name])
        for code in reason_codes()
        if code.name in stated
    ]
    ordered = sorted(counts, key=lambda one: -one.upheld - one.overturned)
    return ReasonsGiven(total=total, none_found=none_found, reasons=tuple(ordered))


def _once(reasons: Sequence[Reason]) -> list[Reason]:
    return list({reason.code: reason for reason in reasons}.values())


def _count(code: str, label: str, direction: Direction, stated: Sequence[_Stated]) -> ReasonCount:
    upheld = [one for one in stated if one.item.outcome == "upheld"]
    overturned = [one for one in stated if one.item.outcome == "overturned"]
    chosen = [*_examples(upheld), *_examples(overturned)]
    return ReasonCount(
        code=code,
        label=label,
        direction=direction,
        upheld=len(upheld),
        overturned=len(overturned),
        letters=len({one.determination.id for one in stated}),
        examples=tuple(_citation(one, marker) for marker, one in enumerate(chosen, start=1)),
    )


def _examples(stated: Sequence[_Stated]) -> list[_Stated]:
    """Return examples of different letters, the surest first."""
    by_letter: dict[str, _Stated] = {}
    for one in sorted(stated, key=lambda one: (-one.reason.score, one.reason.end - one.reason.start)):
        by_letter.setdefault(one.determination.id, one)
    return list(by_letter.values())[:_EXAMPLES]


def _citation(stated: _Stated, marker: int) -> Citation:
    determination, item, reason = stated.determination, stated.item, stated.reason
    return Citation(
        marker=marker,
        determination_id=determination.id,
        text_sha256=determination.text_sha256,
        case_number=determination.case_number,
        item=item.number,
        outcome=item.outcome,
        page=determination.page_at(reason.start),
        start=reason.start,
        end=reason.end,
        quote=determination.text[reason.start : reason.end],
    )
