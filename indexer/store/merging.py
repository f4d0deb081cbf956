"""Join segments into one, without the letters that are dead; and when that is worth its cost.

Segments are joined as in a log-structured merge tree: small ones often, large ones seldom, so that adding a few
letters to a million costs what the few cost. Large ones are joined after the run's letters are published
(`indexer/store/joining.py`).
"""

import heapq
import itertools
import os
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.columns import joined_values
from indexer.duplicates import BANDS, Bands, Signature, sketch_of
from indexer.store.arrays import Array
from indexer.store.rows import NO_ROW, Rows, gathered, rows_of
from indexer.store.segment import FileState, Segment
from indexer.store.segment_writing import LetterRow, ReasonRow, Sayings, SegmentData, sayings_of
from indexer.store.values import FIELDS

# Segments of fewer letters than this are one: an index of a few letters is a single segment, as if made at once.
SMALL = 1000
# So many segments of one size, a factor of as much apart, are joined.
FANOUT = 8
_CHUNK = 65_536
_LETTER_ARRAYS = ("ids", "cases")
_ITEM_ARRAYS = ("number", "decided", "overturned", "dependent")


class Size(NamedTuple):
    """The letters of a segment, and how many of them are dead."""

    letters: int
    dead: int


class Plan(NamedTuple):
    """Segments `start` to `end` (exclusive) are to be joined; a single one is rewritten without its dead letters."""

    start: int
    end: int


def size_of(segment: Segment) -> Size:
    """Return the size of a segment."""
    return Size(segment.manifest.letters, len(segment.dead))


def plan_merge(sizes: Sequence[Size], small: int = SMALL) -> Plan | None:
    """Return which segments to join first, or None where they may stay as they are.

    A segment before a larger one counts as that large, so that tiers only fall from older segments to newer ones.
    """
    own = [_tier(size.letters - size.dead, small) for size in sizes]
    tiers = list(itertools.accumulate(reversed(own), max))[::-1]
    for tier, many in sorted(Counter(tiers).items()):
        if many >= (2 if tier == 0 else FANOUT):
            return Plan(tiers.index(tier), len(tiers))
    for place, size in enumerate(sizes):
        if size.dead and 2 * size.dead >= size.letters:
            return Plan(place, place + 1)
    return None


def plan_own(sizes: Sequence[Size], published: int, small: int = SMALL) -> Plan | None:
    """Return what a run joins before it publishes: what it added, and published segments just before that are small.

    Args:
        sizes: of all segments.
        published: so many of them, the first ones, are published already.
        small: segments of fewer letters are one.
    """
    large = [place for place, size in enumerate(sizes[:published]) if size.letters - size.dead >= small]
    first = large[-1] + 1 if large else 0
    plan = plan_merge(sizes[first:], small)
    return plan and Plan(first + plan.start, first + plan.end)


def due_joins(sizes: Sequence[Size], small: int = SMALL) -> list[Plan]:
    """Return all that is to be joined until nothing is, each segment at most once."""
    found = list(sizes)
    spans = [Plan(place, place + 1) for place in range(len(sizes))]
    due: set[Plan] = set()
    while plan := plan_merge(found, small):
        part = slice(plan.start, plan.end)
        span = Plan(spans[plan.start].start, spans[plan.end - 1].end)
        due.difference_update(spans[part])
        due.add(span)
        found[part] = [Size(sum(size.letters - size.dead for size in found[part]), 0)]
        spans[part] = [span]
    return sorted(due)


def _tier(letters: int, small: int) -> int:
    tier = 0
    while letters >= small * FANOUT**tier:
        tier += 1
    return tier


def merged_data(
    segments: Sequence[Segment], scratch: Path, *, oldest: bool, others: Sequence[Segment] = ()
) -> SegmentData:
    """Return all that is live in some segments as the data of one.

    Args:
        segments: what to join, older ones first.
        scratch: a file to keep the vectors in; the caller removes it.
        oldest: whether no older segment stays, so that nobody needs to be told of files that are gone.
        others: the segments that are not joined; who stands for a group there goes on doing so.

    Raises:
        IndexFault: a segment is damaged.
        OSError: there is no room for the vectors.
    """
    for segment in segments:
        segment.trust_all()
    rows = rows_of([segment.letters for segment in segments])
    passages = _passages(segments, rows)
    arrays = {name: _of_letters(segments, rows, name) for name in _LETTER_ARRAYS}
    arrays |= {name: _of_items(segments, rows, name) for name in _ITEM_ARRAYS}
    arrays |= {
        "first": np.searchsorted(rows.letter, np.arange(len(rows.letter_number) + 1)).astype(np.int32),
        "passage_item": passages.item,
        "passage_start": passages.gather("passage_start"),
        "passage_end": passages.gather("passage_end"),
        "digests": passages.gather("digests"),
    }
    return SegmentData(
        letters=_letters(segments, rows),
        facts=_facts(segments, rows),
        reasons=_reasons(segments, rows),
        files=_files(segments, oldest=oldest),
        arrays=arrays,
        values={
            field: joined_values(
                [(segment.values(field), of_item) for segment, of_item in zip(segments, rows.of_item, strict=True)]
            )
            for field in FIELDS
        },
        sayings=_sayings(segments, rows, others),
        vectors=passages.vectors(scratch),
    )


class _Passages(NamedTuple):
    """The live passages of some segments in order of item: passage p is `number[p]` of segment `segment[p]`."""

    segments: Sequence[Segment]
    item: Array
    segment: Array
    number: Array

    def gather(self, name: str) -> Array:
        """Return an array of passages in their new order."""
        return gathered([segment.arrays[name] for segment in self.segments], self.segment, self.number)

    def vectors(self, scratch: Path) -> Array:
        """Return the vectors in their new order, in a file of their own: they may be more than fit in memory."""
        shape = (len(self.number), self.segments[0].manifest.made.model.dimension)
        if not len(self.number):
            return np.zeros(shape, dtype=np.float16)
        with scratch.open("wb") as file:
            # A disk without room refuses here; a page of a mapped file for which there is none kills the process.
            os.posix_fallocate(file.fileno(), 0, shape[0] * shape[1] * np.dtype(np.float16).itemsize)
        found = np.memmap(scratch, dtype=np.float16, mode="r+", shape=shape)
        for start in range(0, len(self.number), _CHUNK):
            window = slice(start, start + _CHUNK)
            for place, segment in enumerate(self.segments):
                mine = np.flatnonzero(self.segment[window] == place)
                if len(mine):
                    found[start + mine] = segment.vectors.take(self.number[window][mine])
        return found


def _passages(segments: Sequence[Segment], rows: Rows) -> _Passages:
    items, places, numbers = [], [], []
    for place, (segment, of_item) in enumerate(zip(segments, rows.of_item, strict=True)):
        item = of_item[segment.arrays["passage_item"]]
        live = np.flatnonzero(item != NO_ROW)
        items.append(item[live])
        numbers.append(live)
        places.append(np.full(len(live), place, dtype=np.int16))
    item = np.concatenate(items)
    order = np.argsort(item, kind="stable")
    return _Passages(segments, item[order], np.concatenate(places)[order], np.concatenate(numbers)[order])


def _of_letters(segments: Sequence[Segment], rows: Rows, name: str) -> Array:
    return gathered([segment.arrays[name] for segment in segments], rows.letter_segment, rows.letter_number)


def _of_items(segments: Sequence[Segment], rows: Rows, name: str) -> Array:
    return gathered([segment.arrays[name] for segment in segments], rows.segment, rows.item)


def _letters(segments: Sequence[Segment], rows: Rows) -> Iterator[LetterRow]:
    query = "SELECT id, folded_id, folded_case, record FROM determinations WHERE number = ?"
    places = zip(rows.letter_segment.tolist(), rows.letter_number.tolist(), strict=True)
    for new, (place, number) in enumerate(places):
        name, folded, case, record = segments[place].records.rows(query, [number])[0]
        yield new, name, folded, case, record


def _facts(segments: Sequence[Segment], rows: Rows) -> Iterator[bytes]:
    for place, item in zip(rows.segment.tolist(), rows.item.tolist(), strict=True):
        yield segments[place].facts.encoded(item)


def _reasons(segments: Sequence[Segment], rows: Rows) -> Iterator[ReasonRow]:
    query = 'SELECT place, code, start, "end", found_by, score FROM item_reasons WHERE item = ? ORDER BY place'
    for row, (place, item) in enumerate(zip(rows.segment.tolist(), rows.item.tolist(), strict=True)):
        for found in segments[place].records.rows(query, [item]):
            yield row, *found


def _files(segments: Sequence[Segment], *, oldest: bool) -> Iterator[FileState]:
    """Yield what the newest segment says of each file."""
    told = [_states(segment, -place) for place, segment in enumerate(segments)]
    for _, states in itertools.groupby(heapq.merge(*told), key=lambda one: one[0]):
        state = next(states)[2]
        if state.record is not None or not oldest:
            yield state


def _states(segment: Segment, age: int) -> Iterator[tuple[str, int, FileState]]:
    query = "SELECT path, sha256, determination_id, reason FROM files ORDER BY path"
    for row in segment.records.read(lambda connection: connection.execute(query)):
        yield row[0], age, FileState(*row)


def _sayings(segments: Sequence[Segment], rows: Rows, others: Iterable[Segment]) -> Sayings:
    labels = _of_items(segments, rows, "saying")
    regions: dict[int, frozenset[str]] = {}
    found: dict[int, tuple[Signature, Bands]] = {}
    for place, segment in enumerate(segments):
        told = segment.records.rows("SELECT label FROM sayings")
        regions.update((label, shared) for (label,) in told if (shared := segment.regions(label)) is not None)
        order = np.argsort(segment.arrays["band_places"], kind="stable")
        bands = segment.arrays["bands"][order].reshape(-1, BANDS)
        of_rows = rows.of_item[place][segment.arrays["representatives"]]
        for number, row in enumerate(of_rows.tolist()):
            if row != NO_ROW:
                found[row] = (segment.arrays["signatures"][number], bands[number])
    standing = {int(labels[row]) for row in found}.union(*(_represented(segment) for segment in others))
    found |= _promoted(segments, rows, labels, standing)
    firsts = sorted(found)
    held = set(labels.tolist())
    return sayings_of(
        labels.tolist(),
        firsts,
        [found[row][0] for row in firsts],
        [found[row][1] for row in firsts],
        {label: shared for label, shared in regions.items() if label in held},
    )


def _represented(segment: Segment) -> set[int]:
    """Return the groups whose representative is in a segment."""
    return set(np.asarray(segment.arrays["saying"])[segment.arrays["representatives"]].tolist())


def _promoted(
    segments: Sequence[Segment], rows: Rows, labels: Array, standing: Container[int]
) -> dict[int, tuple[Signature, Bands]]:
    """Return who stands now for the groups for which nobody does: the first of those that are left."""
    found: dict[int, tuple[Signature, Bands]] = {}
    held, firsts = np.unique(labels, return_index=True)
    for label, row in zip(held.tolist(), firsts.tolist(), strict=True):
        if label not in standing:
            sketch = sketch_of(segments[int(rows.segment[row])].disputed(int(rows.item[row])))
            found[row] = (sketch.signature, sketch.bands)
    return found
