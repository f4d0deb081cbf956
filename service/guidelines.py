"""What reviewers relied on: guidelines and sections by outcome, with the editions in force on the days of decision."""

from collections import defaultdict
from typing import Any, get_args

import msgspec
import numpy as np

from config.editions import Edition
from indexer.columns import AUTHORITY_END, NO_DATE, SECTION_SIGN, IntArray
from indexer.index import Index
from indexer.records import Authority
from service.editions import editions_of
from service.outcomes import count
from service.selection import Selection, counted, matching, parts
from service.tallies import CitedEdition, CitedGuideline, CitedSection, Guidelines, Reliance

_SECTIONS_SHOWN = 20
_NUMBERS = ("n", "upheld", "overturned")
_AUTHORITIES: dict[str, Authority] = {name: name for name in get_args(Authority)}

_Part = tuple[str, IntArray]


def relied_on(index: Index, selection: Selection, limit: int) -> Guidelines:
    """Count what the reviewers of a selection relied on: `limit` guidelines, most cited first."""
    rows = matching(index, selection)
    cited = parts(index, rows, "cited")
    named = _ordered(index, selection, [(value, part) for value, part in cited if value is not None])
    nothing = next((part for value, part in cited if value is None), np.zeros(0, dtype=np.int64))
    sections: dict[str, list[_Part]] = defaultdict(list)
    for value, part in parts(index, rows, "section"):
        if value is not None:
            sections[value.rpartition(SECTION_SIGN)[0]].append((value, part))
    return Guidelines(
        total=Reliance(**_reliance(index, selection, rows)),
        guidelines=tuple(
            _guideline(index, selection, value, part, sections.get(value, [])) for value, part in named[:limit]
        ),
        more=max(len(named) - limit, 0),
        uncited=Reliance(**_reliance(index, selection.also("cited", None), nothing)),
    )


def _guideline(index: Index, selection: Selection, value: str, rows: IntArray, sections: list[_Part]) -> CitedGuideline:
    authority, _, title = value.partition(AUTHORITY_END)
    mine = selection.also("cited", value)
    own = _ordered(index, selection, sections)
    editions = editions_of(title) if authority == "MTUS" else ()
    found = (_edition(index, mine, rows, edition) for edition in editions)
    return CitedGuideline(
        authority=_AUTHORITIES[authority],
        title=title,
        sections=tuple(_section(index, selection, *part) for part in own[:_SECTIONS_SHOWN]),
        more_sections=max(len(own) - _SECTIONS_SHOWN, 0),
        editions=tuple(edition for edition in found if edition.n),
        **_reliance(index, mine, rows),
    )


def _section(index: Index, selection: Selection, value: str, rows: IntArray) -> CitedSection:
    told = _reliance(index, selection.also("section", value), rows)
    return CitedSection(section=value.rpartition(SECTION_SIGN)[2], **told)


def _edition(index: Index, selection: Selection, rows: IntArray, edition: Edition) -> CitedEdition:
    """Count the items of a guideline decided while an edition was in force."""
    filters = selection.filters
    starts = [day for day in (edition.effective_from, filters.decision_from) if day]
    ends = [day for day in (edition.effective_to, filters.decision_to) if day]
    within = msgspec.structs.replace(filters, decision_from=max(starts), decision_to=min(ends, default=None))
    decided = index.columns.decided[rows]
    held = (decided != NO_DATE) & (decided >= edition.effective_from.toordinal())
    if edition.effective_to:
        held &= decided <= edition.effective_to.toordinal()
    told = _reliance(index, msgspec.structs.replace(selection, filters=within), rows[held])
    return CitedEdition(
        chapter=edition.chapter,
        edition=edition.edition,
        effective_from=edition.effective_from,
        effective_to=edition.effective_to,
        **told,
    )


def _reliance(index: Index, selection: Selection, rows: IntArray) -> dict[str, Any]:
    found = count(index.columns, rows, selection)
    told = {name: getattr(found, name) for name in Reliance.__struct_fields__}
    return {**told, "items": {name: found.items[name] for name in _NUMBERS}}


def _ordered(index: Index, selection: Selection, found: list[_Part]) -> list[_Part]:
    sizes = {value: len(counted(index.columns, rows, selection)) for value, rows in found}
    return sorted((part for part in found if sizes[part[0]]), key=lambda part: (-sizes[part[0]], part[0]))
