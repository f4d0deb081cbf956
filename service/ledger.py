"""Counts over the index, and the items behind each: lists, facets, outcomes, guidelines."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from config.errors import RequestFault
from indexer.columns import IntArray
from indexer.index import Index, ItemKey
from indexer.parse.normalise import Normaliser
from service.cite import cite_as
from service.decided import decided
from service.filters import resolve_filters
from service.guidelines import relied_on
from service.outcomes import count
from service.reasons import ReasonsGiven, reasons_given
from service.selection import Field, Selection, counted, matching, parts, place_after, query_of, rows_of
from service.tallies import Facet, Facets, FacetValue, GroupOutcomes, Guidelines, ItemsPage, ListedItem, OutcomesAnswer

GroupBy = Literal["treatment", "body_region", "year", "specialty"]

FACET_FIELDS: tuple[Field, ...] = (
    "outcome",
    "treatment",
    "category",
    "body_region",
    "specialty",
    "guideline",
    "reason",
    "year",
)

_Part = tuple[str | None, IntArray]


class Ledger:
    """Counts the items of one generation. Safe to share between threads.

    Every method takes a selection as its user gave it and raises FilterFault where that names what does not exist.
    """

    def __init__(self, index: Index, normaliser: Normaliser, base_rate: float | None) -> None:
        """Count what an index holds; `base_rate` is told beside the rates."""
        self._index = index
        self._normaliser = normaliser
        self._base_rate = base_rate

    def items(self, selection: Selection, cursor: str | None = None, limit: int = 20) -> ItemsPage:
        """Return a page of the items of a selection.

        Raises:
            RequestFault: the cursor is none that an earlier page ended with.
        """
        rows = rows_of(self._index, self._resolved(selection))
        start = 0 if cursor is None else self._after(rows, cursor)
        page = self._index.keys(rows[start : start + limit])
        more = start + limit < len(rows)
        return ItemsPage(
            count=len(rows),
            letters=len(np.unique(self._index.columns.letter[rows])),
            items=tuple(self._listed(key) for key in page),
            cursor=f"{page[-1].determination_id}#{page[-1].item}" if more else None,
        )

    def facets(self, selection: Selection, fields: Sequence[Field] = FACET_FIELDS, limit: int = 50) -> Facets:
        """Count the items of a selection by field."""
        resolved = self._resolved(selection)
        rows = matching(self._index, resolved)
        return Facets(
            count=self._size(rows, resolved),
            items=query_of(resolved),
            facets=tuple(self._facet(rows, resolved, field, limit) for field in dict.fromkeys(fields)),
        )

    def outcomes(self, selection: Selection, group_by: GroupBy | None = None, limit: int = 50) -> OutcomesAnswer:
        """Count the outcomes of a selection, whole and by a field."""
        resolved = self._resolved(selection)
        rows = matching(self._index, resolved)
        groups = self._ordered(rows, resolved, group_by) if group_by else []
        total = count(self._index.columns, rows, resolved, self._base_rate)
        return OutcomesAnswer(
            total=total,
            groups=tuple(self._group(part, resolved, group_by, key) for key, part in groups[:limit] if group_by),
            more=max(len(groups) - limit, 0),
        )

    def guidelines(self, selection: Selection, limit: int = 20) -> Guidelines:
        """Count what reviewers relied on, by outcome."""
        return relied_on(self._index, self._resolved(selection), limit)

    def reasons(self, selection: Selection) -> ReasonsGiven:
        """Count the reasons that reviewers give, by outcome, with example quotes."""
        return reasons_given(self._index, self._resolved(selection))

    def _resolved(self, selection: Selection) -> Selection:
        filters = resolve_filters(selection.filters, self._normaliser, self._index)
        return msgspec.structs.replace(selection, filters=filters)

    def _size(self, rows: IntArray, selection: Selection) -> int:
        return len(counted(self._index.columns, rows, selection))

    def _ordered(self, rows: IntArray, selection: Selection, field: Field) -> list[_Part]:
        """Return the rows by value of a field, most counted first; without those where nothing counts."""
        found = [(self._size(part, selection), key, part) for key, part in parts(self._index, rows, field)]
        ordered = sorted(found, key=lambda one: (-one[0], one[1] is None, one[1] or ""))
        return [(key, part) for size, key, part in ordered if size]

    def _facet(self, rows: IntArray, selection: Selection, field: Field, limit: int) -> Facet:
        ordered = self._ordered(rows, selection, field)
        return Facet(
            field=field,
            values=tuple(
                FacetValue(value=key, count=self._size(part, selection), items=query_of(selection.also(field, key)))
                for key, part in ordered[:limit]
            ),
            more=max(len(ordered) - limit, 0),
        )

    def _group(self, rows: IntArray, selection: Selection, field: Field, key: str | None) -> GroupOutcomes:
        found = count(self._index.columns, rows, selection.also(field, key), self._base_rate)
        return GroupOutcomes(**{name: getattr(found, name) for name in found.__struct_fields__}, key=key)

    def _after(self, rows: IntArray, cursor: str) -> int:
        """Return the place of the first row after a cursor; it names an item, so it outlives a generation."""
        name, sign, number = cursor.rpartition("#")
        if not sign or not number.isascii() or not number.isdigit():
            raise RequestFault("cursor must be one that an earlier page ended with")
        return place_after(self._index, rows, ItemKey(name, int(number)))

    def _listed(self, key: ItemKey) -> ListedItem:
        determination, item = decided(self._index, key)
        return ListedItem(
            determination_id=determination.id,
            case_number=determination.case_number,
            item=item.number,
            title=item.title,
            outcome=item.outcome,
            decision_date=determination.dates.decision,
            specialties=determination.reviewer.specialties_normalised or determination.reviewer.specialties,
            treatments=tuple(treatment.concept for treatment in item.treatments),
            body_regions=item.body_regions,
            depends_on=item.depends_on,
            cite_as=cite_as(determination, item),
        )
