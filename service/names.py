"""What is found in the texts of one request, each looked up once: treatments, regions, sentences."""

from collections.abc import Iterator
from itertools import pairwise

from indexer.parse.matcher import Match
from indexer.parse.normalise import Normaliser
from indexer.records import Laterality, Treatment
from indexer.sentences import SentenceSpan, sentence_spans, trim
from service.cues import Phrase, apart, load_cues, phrases

# A stretch without an end longer than this is no sentence, and is read in parts: each treatment and each cue is held
# against all of its sentence. The longest that a person wrote has some 800 characters.
_LONGEST_SENTENCE = 1000
# Nor is one that names more treatments or has more cues; eleven and nine are the most that was seen.
_MOST_NAMED = 16
_MOST_CUED = 32


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
        """Return the places of a text's sentences; what is too long for one is cut between words."""
        if text not in self._sentences:
            self._sentences[text] = tuple(part for span in sentence_spans(text) for part in self._parts(text, span))
        return self._sentences[text]

    def cued(self, sentence: str) -> list[Phrase]:
        """Return the phrases that a sentence's cues point at, apart from each other."""
        if sentence not in self._cued:
            self._cued[sentence] = apart(phrases(sentence, load_cues())[:_MOST_CUED])
        return self._cued[sentence]

    def _parts(self, text: str, span: SentenceSpan) -> Iterator[SentenceSpan]:
        named = self.treatment_mentions(text[span.start : span.end])
        cuts = [span.start + one.start for one in named[_MOST_NAMED::_MOST_NAMED]]
        for start, end in pairwise([span.start, *cuts, span.end]):
            yield from _short(text, start, end)


def _short(text: str, start: int, end: int) -> Iterator[SentenceSpan]:
    """Yield a stretch in parts of no more than a sentence may have, cut at blanks where there are any."""
    while start < end:
        cut = end if end - start <= _LONGEST_SENTENCE else text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        cut = cut if cut > 0 else start + _LONGEST_SENTENCE
        if part := trim(text, start, cut):
            yield part
        start = cut
