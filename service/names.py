"""What a normaliser finds in the phrases of one request, each looked up once."""

from indexer.parse.matcher import Match
from indexer.parse.normalise import Normaliser
from indexer.records import Treatment


class Names:
    """A normaliser that remembers. Made for one request and dropped with it, for a request's text is not kept."""

    def __init__(self, normaliser: Normaliser) -> None:
        """Remember nothing yet."""
        self._normaliser = normaliser
        self._treatments: dict[str, tuple[Treatment, ...]] = {}
        self._mentions: dict[str, tuple[Match[Treatment], ...]] = {}
        self._regions: dict[str, tuple[str, ...]] = {}

    def treatments(self, text: str) -> tuple[Treatment, ...]:
        """Return the treatments a text asks for."""
        if text not in self._treatments:
            self._treatments[text] = self._normaliser.treatments(text) if self.treatment_mentions(text) else ()
        return self._treatments[text]

    def treatment_mentions(self, text: str) -> tuple[Match[Treatment], ...]:
        """Return every treatment named in a text."""
        if text not in self._mentions:
            self._mentions[text] = self._normaliser.treatment_mentions(text)
        return self._mentions[text]

    def regions(self, text: str) -> tuple[str, ...]:
        """Return the body regions named in a text."""
        if text not in self._regions:
            self._regions[text] = self._normaliser.regions(text)
        return self._regions[text]
