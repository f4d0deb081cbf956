"""What is found in the texts of one request, each looked up once: treatments, regions, sentences."""

from indexer.parse.matcher import Match
from indexer.parse.normalise import Normaliser
from indexer.records import Laterality, Treatment
from indexer.sentences import SentenceSpan, sentence_spans
from service.cues import Phrase, apart, load_cues, phrases

# A stretch without an end longer than this is no sentence; each cue is held against the others of its sentence.
_LONGEST_SENTENCE = 2000


class Names:
    """A normaliser that remembers. Made for one request and dropped with it, for a request's text is not kept."""

    def __init__(self, normaliser: Normaliser) -> None:
        """Remember nothing yet."""
        self._normaliser = normaliser
        self._treatments: dict[str, tuple[Treatment, ...]] = {}
        self._mentions: dict[str, tuple[Match[Treatment], ...]] = {}
        self._regions: dict[str, tuple[str, ...]] = {}
        self._sentences: dict[str, tuple[SentenceSpan, ...]] = {}
        self._cued: dict[str, list[Phrase]] = {}

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

    def laterality(self, text: str) -> tuple[Laterality, ...]:
        """Return the one side that a text names, nothing where it names several."""
        sides = self._normaliser.laterality(text)
        return sides if len(sides) == 1 else ()

    def sentences(self, text: str) -> tuple[SentenceSpan, ...]:
        """Return the places of a text's sentences."""
        if text not in self._sentences:
            self._sentences[text] = sentence_spans(text)
        return self._sentences[text]

    def cued(self, sentence: str) -> list[Phrase]:
        """Return the phrases that a sentence's cues point at, apart from each other; what is endless is not read on."""
        sentence = sentence[:_LONGEST_SENTENCE]
        if sentence not in self._cued:
            self._cued[sentence] = apart(phrases(sentence, load_cues()))
        return self._cued[sentence]
