"""A generation's segments together, as one numbering of rows: what a reader and a run both start from."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from indexer.records import Determination
from indexer.store.arrays import Array
from indexer.store.files import FileTable
from indexer.store.manifest import SegmentEntry
from indexer.store.rows import Rows, gathered, rows_of
from indexer.store.segment import NOBODY, Segment


class SegmentSet:
    """Some segments, older ones first, of which some letters are dead. Safe to share between threads."""

    def __init__(self, index_dir: Path, entries: Sequence[SegmentEntry], dead: Mapping[str, Array]) -> None:
        """Open segments.

        Raises:
            IndexFault: one is damaged.
        """
        self.segments = tuple(Segment(index_dir, entry, dead.get(entry.name, NOBODY)) for entry in entries)
        self.files = FileTable(self.segments)

    @cached_property
    def rows(self) -> Rows:
        """Which item of which segment each row is."""
        return rows_of([segment.letters for segment in self.segments])

    @property
    def letters(self) -> int:
        """The number of live letters."""
        return sum(segment.manifest.letters - len(segment.dead) for segment in self.segments)

    @cached_property
    def passage_rows(self) -> tuple[Array, ...]:
        """The row of each passage of each segment, NO_ROW where its letter is dead."""
        parts = zip(self.segments, self.rows.of_item, strict=True)
        return tuple(of_item[segment.arrays["passage_item"]] for segment, of_item in parts)

    def find(self, determination_id: str) -> tuple[int, int] | None:
        """Return the segment that holds a live letter, and the letter's number there."""
        for place, segment in enumerate(self.segments):
            number = segment.number_of(determination_id)
            if number is not None:
                return place, number
        return None

    def of_letters(self, name: str) -> Array:
        """Return an array of live letters, in order of id."""
        return self._gathered(name, self.rows.letter_segment, self.rows.letter_number)

    def of_items(self, name: str) -> Array:
        """Return an array of live items, in order of row."""
        return self._gathered(name, self.rows.segment, self.rows.item)

    def crowded_cases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the case numbers that have several texts, with the ids of the letters."""
        cases = self.of_letters("cases")
        values, counts = np.unique(cases, return_counts=True)
        many = values[(counts > 1) & (values != 0)]
        for letters in [np.flatnonzero(cases == case) for case in many]:
            found = [self._letter(int(letter)) for letter in letters]
            case = found[0].case_number
            if case is not None:
                yield case, [letter.id for letter in found]

    def _letter(self, letter: int) -> Determination:
        segment = self.segments[int(self.rows.letter_segment[letter])]
        return segment.determination(int(self.rows.letter_number[letter]))

    def _gathered(self, name: str, places: Array, numbers: Array) -> Array:
        parts = [segment.arrays[name] for segment in self.segments]
        if len(parts) == 1 and not len(self.segments[0].dead):
            return parts[0]
        return gathered(parts, places, numbers) if parts else np.zeros(0, dtype=np.int64)

    def close(self) -> None:
        """Close the records files."""
        for segment in self.segments:
            segment.close()
