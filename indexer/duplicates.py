"""Which decided items are near-duplicates, decided once for a whole index.

Only items of the same treatment and outcome are compared, and of these only the ones that a locality-sensitive hash of
their word triples brings together (MinHash, by datasketch), so the work grows with the number of items and not with
its square. Search results, evidence and counts all read the one answer from the index.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from indexer.alike import alike, mask, shingles
from indexer.records import Determination, DisputedItem
from indexer.wording import words_of

if TYPE_CHECKING:
    from datasketch import MinHash

# 16 bands of 4: two rationales that share .8 of their triples meet with a probability of .9997, .5 with .64.
_BANDS, _ROWS = 16, 4
_SEED = 1
# The nearest representatives that an item is compared with word by word.
_COMPARED = 8


def representatives(determinations: Iterable[Determination]) -> list[int]:
    """Return, for each item in order (rows from 0), the row of the item that stands for all that say the same.

    The first item of a group stands for it and every member is like that one, so no chain of small changes joins two
    that differ. The members whose part of the body is known have one in common. The answer depends on nothing but the
    items and their order.
    """
    items = [item for determination in determinations for item in determination.items]
    blocks: dict[tuple[str, ...], list[int]] = {}
    for row, item in enumerate(items):
        blocks.setdefault(_block(item), []).append(row)
    standing = list(range(len(items)))
    for rows in blocks.values():
        if len(rows) > 1:
            for row, representative in zip(rows, _stand_for([items[row] for row in rows]), strict=True):
                standing[row] = rows[representative]
    return standing


def _block(item: DisputedItem) -> tuple[str, ...]:
    """Return what near-duplicates share besides their words: outcome and treatments.

    The words alone do not do: one sentence ('the surgery is not necessary, so neither is this') decides a sling, a
    cold pack and twelve visits of therapy.
    """
    named = tuple(treatment.concept for treatment in item.treatments) or (" ".join(words_of(item.request)),)
    return (item.outcome, *named)


def _stand_for(items: Sequence[DisputedItem]) -> list[int]:
    """Return the place of each item's representative among the items of one treatment and outcome."""
    from datasketch import MinHashLSH

    meeting = MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
    signatures: dict[int, MinHash] = {}
    regions: dict[int, frozenset[str]] = {}
    standing: list[int] = []
    for place, item in enumerate(items):
        signature = _signature(item)
        mine = frozenset(item.body_regions)
        met = [other for other in meeting.query(signature) if _may_meet(mine, regions[other])]
        met.sort(key=lambda other: (-signature.jaccard(signatures[other]), other))
        representative = next((other for other in met[:_COMPARED] if alike(items[other], item)), place)
        if representative == place:
            meeting.insert(place, signature)
            signatures[place] = signature
            regions[place] = mine
        else:
            shared = regions[representative]
            regions[representative] = shared & mine if shared and mine else shared | mine
        standing.append(representative)
    return standing


def _may_meet(regions: frozenset[str], group: frozenset[str]) -> bool:
    """Whether an item goes with a group by the parts of the body that its members share; unknown ones go with any."""
    return not regions or not group or bool(regions & group)


@functools.cache
def _empty_signature() -> "MinHash":
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, seed=_SEED)


def _signature(item: DisputedItem) -> "MinHash":
    signature = _empty_signature().copy()
    runs = shingles(mask(words_of(item.rationale.text)))
    signature.update_batch([" ".join(run).encode() for run in runs])
    return signature
