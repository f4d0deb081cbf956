"""Which decided items are near-duplicates, decided once: when an item enters an index.

Only items of the same treatment and outcome are compared, and of these only the ones that a locality-sensitive hash of
their word triples brings together (MinHash, by datasketch), so the work grows with the number of items and not with
its square. Search results, evidence and counts all read the one answer from the index.
"""

import functools
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from indexer.alike import RUN, alike, mask
from indexer.records import Determination, DisputedItem
from indexer.wording import words_of

if TYPE_CHECKING:
    from datasketch import MinHash

Signature = npt.NDArray[np.uint32]
Bands = npt.NDArray[np.uint64]

# 16 bands of 4: two rationales that share .8 of their triples meet with a probability of .9997, .5 with .64.
BANDS, ROWS = 16, 4
SIGNATURE = BANDS * ROWS
_SEED = 1
_KEY_BYTES = 8
# Odd multipliers of the words of a run (splitmix64's constants): the sum's upper half is its hash.
_MIXERS = np.asarray([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)
# The nearest representatives that an item is compared with word by word.
_COMPARED = 8


class Sketch(NamedTuple):
    """What tells quickly whether an item may say the same as another.

    `signature` has shape (64,); `bands`, shape (16,), are hashes of its parts with treatment and outcome: items of
    which one is equal are compared.
    """

    signature: Signature
    bands: Bands


class Met(NamedTuple):
    """A representative that an item met: the label of its group, and its signature."""

    label: int
    signature: Signature


class Representatives(Protocol):
    """The groups that are known already, an index's or a run's."""

    def met(self, bands: Bands) -> list[Met]:
        """Return the representatives with which a sketch has a band in common, those of earlier groups first."""
        ...

    def item(self, label: int) -> DisputedItem:
        """Return the representative of a group."""
        ...

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that all members of a group share whose part is known."""
        ...


class Group(NamedTuple):
    """A group as it is after an item joined it: its label and the parts of the body that its members share.

    `is_new` where the item stands for it.
    """

    label: int
    regions: frozenset[str]
    is_new: bool


class NoRepresentatives:
    """Nothing is known yet."""

    def met(self, _bands: Bands) -> list[Met]:
        """Return none."""
        return []

    def item(self, label: int) -> DisputedItem:
        """Know none."""
        raise LookupError(label)

    def regions(self, label: int) -> frozenset[str]:
        """Know none."""
        raise LookupError(label)


class Grouping:
    """Puts items into groups, one after the other; the first item of a group stands for it.

    Every member is like the first, so no chain of small changes joins two that differ. The members whose part of the
    body is known have one in common.
    """

    def __init__(self, known: Representatives | None = None) -> None:
        """Start from the groups that are known."""
        self._known = known or NoRepresentatives()
        self._meeting: dict[int, list[int]] = {}
        self._firsts: dict[int, tuple[DisputedItem, Signature]] = {}
        self._regions: dict[int, frozenset[str]] = {}

    def join(self, item: DisputedItem, sketch: Sketch, label: int) -> Group:
        """Put an item into the group of those that say the same, or into a new one named `label`."""
        mine = frozenset(item.body_regions)
        for met in self._nearest(sketch, mine):
            if alike(self._item(met.label), item):
                shared = self.regions(met.label)
                self._regions[met.label] = shared & mine if shared and mine else shared | mine
                return Group(met.label, self._regions[met.label], is_new=False)
        self._firsts[label] = (item, sketch.signature)
        self._regions[label] = mine
        for band in sketch.bands.tolist():
            self._meeting.setdefault(band, []).append(label)
        return Group(label, mine, is_new=True)

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that a group's members share."""
        return self._regions[label] if label in self._regions else self._known.regions(label)

    def _nearest(self, sketch: Sketch, mine: frozenset[str]) -> list[Met]:
        fresh = dict.fromkeys(label for band in sketch.bands.tolist() for label in self._meeting.get(band, ()))
        met = [*self._known.met(sketch.bands), *(Met(label, self._firsts[label][1]) for label in sorted(fresh))]
        fitting = [one for one in met if _may_meet(mine, self.regions(one.label))]
        fitting.sort(key=lambda one: -int(np.count_nonzero(one.signature == sketch.signature)))
        return fitting[:_COMPARED]

    def _item(self, label: int) -> DisputedItem:
        return self._firsts[label][0] if label in self._firsts else self._known.item(label)


def representatives(determinations: Iterable[Determination]) -> list[int]:
    """Return, for each item in order (rows from 0), the row of the item that stands for all that say the same.

    The answer depends on nothing but the items and their order.
    """
    grouping = Grouping()
    items = [item for determination in determinations for item in determination.items]
    return [grouping.join(item, sketch_of(item), row).label for row, item in enumerate(items)]


def label_of(determination_id: str, number: int) -> int:
    """Return the label of the group that an item would stand for: the same wherever and whenever it is indexed."""
    digest = hashlib.sha256(f"{determination_id}#{number}".encode()).digest()
    return int.from_bytes(digest[:_KEY_BYTES], "big") >> 1  # as a positive int64


def sketch_of(item: DisputedItem) -> Sketch:
    """Return an item's sketch."""
    minhash = _empty_signature().copy()
    minhash.update_batch(_run_hashes(mask(words_of(item.rationale.text))))
    signature = minhash.hashvalues.astype(np.uint32)
    block = "\0".join(_block(item)).encode()
    parts = (band.tobytes() for band in signature.reshape(BANDS, ROWS))
    keys = [_key(block, number, part) for number, part in enumerate(parts)]
    return Sketch(signature, np.asarray(keys, dtype=np.uint64))


def _run_hashes(words: Sequence[str]) -> list[int]:
    """Return a number under 2**32 for each run of three words; a shorter text is one run (as `alike.shingles`).

    Made of the words' own hashes, which are kept: hashing each run anew took most of the time of indexing.
    """
    hashes = np.asarray([_word_hash(word) for word in words], dtype=np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(hashes, min(len(hashes), RUN)) if len(hashes) else hashes[None]
    mixed = (runs * _MIXERS[: runs.shape[1]]).sum(axis=1, dtype=np.uint64) >> np.uint64(32)
    return mixed.tolist()  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return zlib.crc32(word.encode(errors="surrogatepass")) + 1


def _key(block: bytes, number: int, part: bytes) -> int:
    digest = hashlib.blake2b(bytes([number]) + part + block, digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, "big")


def _block(item: DisputedItem) -> Sequence[str]:
    """Return what near-duplicates share besides their words: outcome and treatments.

    The words alone do not do: one sentence ('the surgery is not necessary, so neither is this') decides a sling, a
    cold pack and twelve visits of therapy.
    """
    named = tuple(treatment.concept for treatment in item.treatments) or (" ".join(words_of(item.request)),)
    return (item.outcome, *named)


def _may_meet(regions: frozenset[str], group: frozenset[str]) -> bool:
    """Whether an item goes with a group by the parts of the body that its members share; unknown ones go with any."""
    return not regions or not group or bool(regions & group)


@functools.cache
def _empty_signature() -> "MinHash":
    from datasketch import MinHash

    return MinHash(num_perm=SIGNATURE, seed=_SEED, hashfunc=int)
