"""From what was found to the answer of a search: letters are read here, for what is shown and no more."""

from collections.abc import Iterator, Sequence

from indexer.index import Index
from service.decided import decided
from service.finding import Found
from service.group import Group, precedent
from service.matched import matched, telling_words
from service.records import AskedItem, Precedent
from service.understand import RequestedItem


def asked_item(found: Found) -> AskedItem:
    """Write a requested item as it was understood."""
    asked = found.asked
    return AskedItem(
        text=asked.text,
        treatments=asked.treatments,
        body_regions=asked.body_regions,
        coverage=found.coverage,
        laterality=asked.laterality,
        quantity=asked.quantity,
        dose=asked.dose,
        retrospective=asked.retrospective,
        context=asked.context,
    )


def precedents(found: Sequence[Found], index: Index, phrases: tuple[str, ...], limit: int) -> Iterator[Precedent]:
    """Write the first `limit` groups of each requested item; `phrases` had to be found word for word."""
    for request, one in enumerate(found):
        words = telling_words(one.asked.text, index)
        for rank, group in enumerate(one.groups[:limit], start=1):
            yield _shown(group, rank, request, one.asked, words, phrases, index)


def _shown(
    group: Group,
    rank: int,
    request: int,
    asked: RequestedItem,
    words: Sequence[str],
    phrases: tuple[str, ...],
    index: Index,
) -> Precedent:
    first = decided(index, group.first.key)
    reasons = index.reasons(group.first.key)
    why = matched(group.first, first.item, asked, words, phrases, reasons)
    return precedent(group, first, rank, request, why, reasons)
