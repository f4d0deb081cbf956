"""What decided it: the reasons that reviewers give, counted by outcome, with example quotes."""

from typing import NamedTuple

import numpy as np

from indexer.columns import IntArray
from indexer.index import Index, ItemKey
from indexer.reasonlist import Code, Direction, reason_codes
from indexer.records import Reason, Record
from service.cite import citation_of
from service.decided import decided
from service.records import Citation
from service.selection import Selection, field_values, query_of, rows_of

# Examples of one reason: so many of each outcome, each of another letter, the surest of so many items looked at.
_EXAMPLES = 2
_LOOKED_AT = 200


class ReasonCount(Record, frozen=True):
    """How often reviewers give a reason, and in what words; `letters` is the number of letters it stands in.

    `items` holds the query of /api/items behind 'upheld' and 'overturned'.
    """

    code: str
    label: str
    direction: Direction
    upheld: int
    overturned: int
    letters: int
    examples: tuple[Citation, ...]
    items: dict[str, str]


class ReasonsGiven(Record, frozen=True):
    """The reasons of some items, most given first. In `none_found` of `total` items none of the list was found."""

    total: int
    none_found: int
    reasons: tuple[ReasonCount, ...]
    items: dict[str, str]


class _Stated(NamedTuple):
    """A reason and the item whose reviewer gives it."""

    key: ItemKey
    reason: Reason


def reasons_given(index: Index, selection: Selection) -> ReasonsGiven:
    """Count the reasons of a selection's items; an item may give several.

    Args:
        index: where the items are.
        selection: which of them count, its filters resolved.
    """
    rows = rows_of(index, selection)
    values = field_values(index, "reason")
    inside = np.isin(values.row, rows)
    places = {name: place for place, name in enumerate(values.names)}
    counts = []
    for code in reason_codes():
        if code.name in places:
            mine = values.row[inside & (values.code == places[code.name])]
            if len(mine):
                counts.append(_count(index, code, mine, selection))
    return ReasonsGiven(
        total=len(rows),
        none_found=len(rows) - len(np.unique(values.row[inside])),
        reasons=tuple(sorted(counts, key=lambda one: -one.upheld - one.overturned)),
        items={"total": query_of(selection), "none_found": query_of(selection.also("reason", None))},
    )


def _count(index: Index, code: Code, rows: IntArray, selection: Selection) -> ReasonCount:
    granted = index.columns.overturned[rows]
    chosen = [*_examples(index, code.name, rows[~granted]), *_examples(index, code.name, rows[granted])]
    stating = selection.also("reason", code.name)
    return ReasonCount(
        code=code.name,
        label=code.label,
        direction=code.direction,
        upheld=int((~granted).sum()),
        overturned=int(granted.sum()),
        letters=len(np.unique(index.columns.letter[rows])),
        examples=tuple(_cited(index, one, marker) for marker, one in enumerate(chosen, start=1)),
        items={name: query_of(stating.also("outcome", name)) for name in ("upheld", "overturned")},
    )


def _examples(index: Index, code: str, rows: IntArray) -> list[_Stated]:
    """Return examples of different letters, the surest first."""
    keys = index.keys(rows[:_LOOKED_AT])
    stated = [_Stated(key, reason) for key in keys for reason in index.reasons(key) if reason.code == code]
    by_letter: dict[str, _Stated] = {}
    for one in sorted(stated, key=lambda one: (-one.reason.score, one.reason.end - one.reason.start)):
        by_letter.setdefault(one.key.determination_id, one)
    return list(by_letter.values())[:_EXAMPLES]


def _cited(index: Index, stated: _Stated, marker: int) -> Citation:
    determination, item = decided(index, stated.key)
    return citation_of(determination, item, stated.reason.start, stated.reason.end, marker)
