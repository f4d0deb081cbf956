"""What a generation holds that was made otherwise than a run would make it now."""

from collections.abc import Iterator

from indexer.records import Determination, Reason
from indexer.store.contents import FileRecord, RejectedFile
from indexer.store.generation import SegmentSet
from indexer.store.manifest import Made


class EarlierGeneration:
    """An `indexer.writing.Earlier` over segments."""

    def __init__(self, made: Made, held: SegmentSet) -> None:
        """Look into a generation."""
        self.made = made
        self._set = held

    def files(self) -> Iterator[FileRecord | RejectedFile]:
        """Yield the files that it knows."""
        return self._set.files.all()

    def determinations(self) -> Iterator[tuple[Determination, tuple[tuple[Reason, ...], ...]]]:
        """Yield its letters in order of id, with the reasons of each item.

        Raises:
            IndexFault: a segment is damaged.
        """
        for segment in self._set.segments:
            segment.trust_all()
        rows = self._set.rows
        for place, number in zip(rows.letter_segment.tolist(), rows.letter_number.tolist(), strict=True):
            segment = self._set.segments[place]
            first, end = segment.arrays["first"][number : number + 2].tolist()
            yield segment.determination(number), tuple(segment.reasons(item) for item in range(first, end))
