"""What is known of a decided item without its letter: what ranks it, and what folds it under another.

A search scores hundreds of items and shows ten. A letter is tens of kilobytes, its items' facts about a hundred bytes.
"""

from collections.abc import Iterator

from indexer.records import Determination, DisputedItem, ItemOutcome, Record, Treatment


class ItemFacts(Record, frozen=True, array_like=True):
    """The facts of an item that scores, coverage and folding read.

    `follows` are the numbers of the items of its letter that it stands or falls with: the one it depends on, the one
    that depends on, and so on to the end.
    """

    outcome: ItemOutcome
    treatments: tuple[Treatment, ...] = ()
    body_regions: tuple[str, ...] = ()
    follows: tuple[int, ...] = ()


def facts_of(determination: Determination, item: DisputedItem) -> ItemFacts:
    """Return the facts of an item of a letter."""
    return ItemFacts(
        outcome=item.outcome,
        treatments=item.treatments,
        body_regions=item.body_regions,
        follows=tuple(_followed(determination, item)),
    )


def _followed(determination: Determination, item: DisputedItem) -> Iterator[int]:
    """Yield what an item depends on, what that depends on, and so on; a circle ends it."""
    seen = {item.number}
    while item.depends_on is not None and item.depends_on not in seen:
        followed = determination.item(item.depends_on)
        if followed is None:
            return
        seen.add(followed.number)
        yield followed.number
        item = followed
