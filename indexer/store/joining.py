"""Join segments of an index folder, whose writer lock the caller holds: as `indexer/store/merging.py` plans it.

A run joins what it added itself before it publishes that. What is published already, and large, is joined afterwards:
readers find new letters at the cost of what was added, and the joined segments are a generation of their own.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.store.generation import SegmentSet
from indexer.store.generation_writing import open_base, publish_segments, whatever_comes
from indexer.store.manifest import Made, SegmentEntry, SegmentManifest
from indexer.store.merging import Plan, due_joins, merged_data, size_of
from indexer.store.publish import SCRATCH, drop_unused, publish_segment
from indexer.store.segment import Segment
from indexer.store.segment_writing import write_segment


def join_segments(
    index_dir: Path, every: Sequence[Segment], plan: Plan, made: Made, threads: int, slot: int
) -> SegmentEntry:
    """Write some segments as one, without their dead letters.

    Args:
        index_dir: the index folder.
        every: all segments of the generation that is made, older ones first.
        plan: which of them to join.
        made: what they were made by.
        threads: for FAISS.
        slot: the first slot of the new one's items.

    Raises:
        IndexFault: a segment is damaged.
        OSError: the disk refuses; nothing is left of the new one.
        sqlite3.Error: likewise.
    """
    scratch = index_dir / SCRATCH

    def write(folder: Path) -> SegmentManifest:
        others = (*every[: plan.start], *every[plan.end :])
        data = merged_data(every[plan.start : plan.end], scratch, oldest=plan.start == 0, others=others)
        return write_segment(folder, data, made, threads)

    try:
        name, manifest, digest = publish_segment(index_dir, write)
    finally:
        scratch.unlink(missing_ok=True)
    return SegmentEntry(name=name, first_slot=slot, items=manifest.items, sha256=digest)


def join_due(index_dir: Path, threads: int, small: int, begins: Callable[[int], None]) -> str | None:
    """Join the segments of what is published where that is due, and publish the same letters as a further generation.

    What dies here leaves the published generation serving and nothing to go on with: the next run begins anew.

    Args:
        index_dir: the index folder.
        threads: for FAISS.
        small: segments of fewer letters are one.
        begins: told how many letters are written again, before the first is.

    Returns:
        The new generation's name, or None where nothing was due.

    Raises:
        IndexFault: a segment is damaged or the disk refuses; what is published stands.
    """
    with ExitStack() as held:
        base = open_base(index_dir)
        held.callback(base.held.close)
        sizes = [size_of(segment) for segment in base.held.segments]
        plans = due_joins(sizes, small)
        if base.manifest is None or not plans:
            return None
        begins(sum(size.letters - size.dead for plan in plans for size in sizes[plan.start : plan.end]))
        made, slot, parts = base.manifest.made, base.manifest.next_slot, list(base.held.segments)
        try:
            for plan in reversed(plans):  # the last first, so that the others stay where they are
                entry = join_segments(index_dir, parts, plan, made, threads, slot)
                slot += entry.items
                joined = Segment(index_dir, entry)
                held.callback(joined.close)
                parts[plan.start : plan.end] = [joined]
            dead = {part.entry.name: np.asarray(part.dead) for part in parts}
            after = SegmentSet(index_dir, [part.entry for part in parts], dead)
            held.callback(after.close)
            generation = publish_segments(index_dir, after, made, slot, base)
        except (OSError, sqlite3.Error) as error:
            raise IndexFault(
                f"segments of the index in {index_dir} could not be joined, what is published stands: {error}"
            ) from None
    with whatever_comes():
        drop_unused(index_dir, generation)
    return generation
