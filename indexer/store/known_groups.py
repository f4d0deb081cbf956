"""The groups of near-duplicates that the letters of some segments are in: what an item that enters is held against."""

from indexer.duplicates import Bands, Met
from indexer.records import DisputedItem
from indexer.store.generation import SegmentSet


class KnownGroups:
    """An `indexer.duplicates.Representatives` over segments."""

    def __init__(self, held: SegmentSet) -> None:
        """Look into segments."""
        self._set = held
        self._places: dict[int, tuple[int, int]] = {}

    def met(self, bands: Bands) -> list[Met]:
        """Return the representatives with which a sketch has a band in common."""
        found: dict[int, Met] = {}
        for place, segment in enumerate(self._set.segments):
            for number, met in segment.met(bands):
                self._places[met.label] = (place, number)
                found[met.label] = met
        return list(found.values())

    def item(self, label: int) -> DisputedItem:
        """Return the representative of a group."""
        place, number = self._places[label]
        return self._set.segments[place].disputed(number)

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that a group shares: what the newest segment says."""
        told = (segment.regions(label) for segment in reversed(self._set.segments))
        return next((shared for shared in told if shared is not None), frozenset())
