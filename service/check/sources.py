"""What a quoted string may stand in: the cited quotes, the cited letters, and what the index holds of its words."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.index import Index
from indexer.records import Determination
from service.check.folding import Folded, fold
from service.check.records import Place
from service.verify import Verified

# Letters looked at for one quoted string, by the words they share with it; and quoted strings so looked for.
CANDIDATES = 20
LOOKUPS = 60
_WORD = re.compile(r"\w+")
_MOST_WORDS = 200


class Source(NamedTuple):
    """A folded text that begins at `offset` of a determination's; `marker` where it is a cited quote."""

    folded: Folded
    determination: Determination
    offset: int
    marker: int | None

    def place(self, start: int, end: int) -> Place:
        """Return the place of a stretch of the folded text in the determination."""
        first = self.offset + self.folded.origin(start)
        last = self.offset + self.folded.origin(end - 1) + 1
        return Place(
            determination_id=self.determination.id,
            start=first,
            end=last,
            item=_item(self.determination, first, last),
            marker=self.marker,
        )


class Sources:
    """The texts that a draft is held against. Searches of the index are counted and limited."""

    def __init__(self, index: Index, citations: Sequence[Verified]) -> None:
        """Hold the verbatim quotes among some citations."""
        self._index = index
        self._folded: dict[str, Source] = {}
        self.lookups = 0
        self.quotes = tuple(
            Source(fold(one.citation.quote), one.determination, one.citation.start, one.citation.marker)
            for one in citations
            if one.determination is not None
        )
        self._headings = tuple(
            Source(fold(one.item.heading.text), one.determination, one.item.heading.start, one.citation.marker)
            for one in citations
            if one.determination is not None and one.item is not None
        )
        held = {one.determination.id: one.determination for one in citations if one.determination is not None}
        self._cited = tuple(held.values())

    def cited(self, markers: Sequence[int]) -> list[Source]:
        """Return the quotes that some markers stand for, and what their items are called."""
        return [one for one in (*self.quotes, *self._headings) if one.marker in markers]

    def letters(self) -> Iterator[Source]:
        """Yield the cited letters whole."""
        return (self._read(determination) for determination in self._cited)

    def elsewhere(self, text: str) -> tuple[Source, ...]:
        """Return the letters of the index that share most words with a text; none once the searches are used up."""
        if self.lookups >= LOOKUPS:
            return ()
        self.lookups += 1
        words = " ".join(_WORD.findall(text)[:_MOST_WORDS])
        ids = dict.fromkeys(hit.key.determination_id for hit in self._index.search_text(words, CANDIDATES))
        known = {one.id for one in self._cited}
        letters = (self._index.determination(name) for name in ids if name not in known)
        return tuple(self._read(letter) for letter in letters if letter is not None)

    def _read(self, letter: Determination) -> Source:
        if letter.id not in self._folded:
            self._folded[letter.id] = Source(fold(letter.text), letter, 0, None)
        return self._folded[letter.id]


def _item(determination: Determination, start: int, end: int) -> int | None:
    for item in determination.items:
        for span in (item.rationale, item.imr_guideline, item.claims_administrator_guideline, item.heading):
            if span is not None and span.start <= start < end <= span.end:
                return item.number
    return None
