"""A draft as it is checked: its quoted strings, its markers, and its sentences with both taken out."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from config.errors import RequestFault
from indexer.sentences import sentence_spans
from service.check.blockquotes import BlockQuote, read_block_quote
from service.check.blocks import Block, Line, blocks
from service.check.markers import Marker, attributed, find_markers, grouped
from service.check.quotemarks import Quoted, find_quoted

MOST_QUOTES = 200
MOST_MARKERS = 2000
_TAIL = re.compile(r"(?:\s*(?<!\\)\[\d{1,4}(?:\s*[,;]\s*\d{1,4})*\])+\s*[.,]?\s*$")
_BULLET = re.compile(r"^[ \t]*(?:[-*+\u2022]|\d{1,3}[.)])[ \t]", re.MULTILINE)
_BESIDE = re.compile(r"\s*(?:[\u2014\u2013-]{1,2}\s.*|(?:\[[\d,; ]+\]\s*)+\.?\s*)$")
_PARAGRAPH = re.compile(r"\n\s*\n")
_HIDDEN = "quoted"


class DraftQuote(NamedTuple):
    """A quoted string at text[start:end], the markers it is attributed to, and the words just before it."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    before: str


class Sentence(NamedTuple):
    """A sentence at text[start:end] with its groups of markers."""

    start: int
    end: int
    groups: tuple[Marker, ...]


class Draft(NamedTuple):
    """`prose` is the draft with everything blanked that is no claim of its own: quotes and the pack's own lines."""

    prose: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[DraftQuote, ...]
    markers: tuple[Marker, ...]


class _Reader:
    """Reads one draft; `own` tells the lines that a pack writes itself, `known` the words of a cited quote."""

    def __init__(self, text: str, own: Callable[[str], bool], known: Callable[[str], bool]) -> None:
        self.text = text
        self.own = own
        self.known = known
        self.blanked: list[tuple[int, int, str]] = []
        self.quotes: list[DraftQuote] = []
        self.markers: list[Marker] = []
        self.prose: list[tuple[int, int]] = []
        self.strings: list[Quoted] = []

    def read(self) -> Draft:
        if len(find_markers(self.text, 0, len(self.text))) > MOST_MARKERS:
            raise RequestFault(f"the text holds more than {MOST_MARKERS} markers; check it in parts")
        found = blocks(self.text)
        for place, block in enumerate(found):
            if block.kind == "fenced":
                self._fenced(block, found[place - 1] if place else None)
            elif block.kind == "quoted":
                after = found[place + 1] if place + 1 < len(found) else None
                self._block_quoted(block, found[place - 1] if place else None, after)
            elif block.kind == "prose" or self._marked(block):
                self._prose(block)
        masked = self._masked(self.text)
        # A pack's own lines hold titles as letters write them, with marks and brackets that are nobody's here.
        marked = self._quoted(masked)
        sentences = tuple(self._sentences(marked))
        self.markers.extend(Marker(one.numbers, one.start, one.end) for part in sentences for one in part.groups)
        quotes = [*self.quotes, *self._in_sentences(marked, sentences)]
        return Draft(
            prose=marked,
            sentences=sentences,
            quotes=tuple(sorted(quotes, key=lambda quote: quote.start)),
            markers=tuple(sorted(self.markers, key=lambda marker: marker.start)),
        )

    @staticmethod
    def _bounded(count: int) -> None:
        if count > MOST_QUOTES:
            raise RequestFault(f"the text holds more than {MOST_QUOTES} quoted strings; check it in parts")

    def _marked(self, block: Block) -> bool:
        """Whether a heading has a marker; one without names what is asked for and is no claim about a letter."""
        return any(find_markers(self.text, line.start, line.end) for line in block.lines)

    def _prose(self, block: Block) -> None:
        for line in block.lines:
            if line.text.strip() and self.own(line.text):
                self.markers.extend(find_markers(self.text, line.start, line.end)[:1])
                self.blanked.append((line.start, line.end, ""))
        self.prose.append((block.lines[0].start, block.lines[-1].end))

    def _fenced(self, block: Block, before: Block | None) -> None:
        if any(line.text.strip() for line in block.lines):
            start, end = block.lines[0].start, block.lines[-1].end
            self._add(start, end, self.text[start:end], self._above(before, at_once=True))

    def _block_quoted(self, block: Block, before: Block | None, after: Block | None) -> None:
        for quote in read_block_quote(block):
            own = self._attribution(quote)
            if quote.text.strip():
                markers = own or self._above(before, at_once=False) or self._below(after)
                self._add(quote.start, quote.end, quote.text, markers)

    def _attribution(self, quote: BlockQuote) -> tuple[int, ...]:
        """Read the line that names a block quote's source; it is a claim like any other unless it is the pack's own."""
        if quote.source is None:
            return ()
        start, end = quote.source
        if self.own(self.text[start:end]):
            own = find_markers(self.text, start, end)[:1]
            self.markers.extend(own)
            return own[0].numbers if own else ()
        self.prose.append((start, end))
        return tuple(number for marker in find_markers(self.text, start, end) for number in marker.numbers)

    def _above(self, before: Block | None, *, at_once: bool) -> tuple[int, ...]:
        """Return the markers of the paragraph that a quote is set under: on the line above, or ending in a colon."""
        if before is None or before.kind != "prose":
            return ()
        lines = list(before.lines)
        if at_once and lines[-1].text.strip():
            return self._first_group(lines[-1])
        while lines and not lines[-1].text.strip():
            lines.pop()
        if not lines or not lines[-1].text.rstrip("*_ ").endswith(":"):
            return ()
        for line in reversed(lines):
            if not line.text.strip():
                return ()
            groups = grouped(self.text, find_markers(self.text, line.start, line.end))
            if groups:
                return groups[-1].numbers
        return ()

    def _below(self, after: Block | None) -> tuple[int, ...]:
        """Return the markers of the line under a quote, where it says where the quote is from and nothing else."""
        if after is None or after.kind != "prose":
            return ()
        line = next((line for line in after.lines if line.text.strip()), None)
        return self._first_group(line) if line and _BESIDE.match(line.text) else ()

    def _first_group(self, line: Line) -> tuple[int, ...]:
        if self.own(line.text):
            return find_markers(self.text, line.start, line.end)[0].numbers
        groups = grouped(self.text, find_markers(self.text, line.start, line.end))
        return groups[0].numbers if groups else ()

    def _add(self, start: int, end: int, words: str, markers: tuple[int, ...], before: str = "") -> None:
        """Keep a quote; markers that close it are its own unless the letter itself has the bracket there."""
        self._bounded(len(self.quotes) + 1)
        tail = _TAIL.search(words)
        if tail and not self.known(words):
            inside = self.text.rfind(tail.group().strip(), start, end)
            own = find_markers(self.text, inside, end) if inside >= 0 else []
            self.markers.extend(own)
            markers = tuple(number for marker in own for number in marker.numbers) or markers
            words = words[: tail.start()]
        self.quotes.append(DraftQuote(words, start, end, markers, before))

    def _masked(self, text: str) -> str:
        pieces, place = [], 0
        for start, end, word in sorted(self.blanked):
            if start < place:
                continue
            pieces.append(text[place:start])
            pieces.append(word.rjust(end - start)[: end - start])
            place = end
        return "".join([*pieces, text[place:]])

    def _quoted(self, masked: str) -> str:
        """Take the quoted strings out of the prose; what ends a sentence inside them ends it outside too."""
        for start, end in self.prose:
            self.strings += find_quoted(masked, start, end, self.known, MOST_QUOTES - len(self.strings))
            self._bounded(len(self.quotes) + len(self.strings))
        for quoted in self.strings:
            ends = self.text[quoted.start : quoted.end].rstrip()[-1:]
            self.blanked.append((quoted.left, quoted.right, _HIDDEN + (ends if ends in ".?!" else "")))
        return self._masked(self.text)

    def _sentences(self, marked: str) -> Iterator[Sentence]:
        for start, end in sorted(self.prose):
            bullets = [found.start() for found in _BULLET.finditer(marked, start, end)]
            for first, last in pairwise([start, *(place for place in bullets if place > start), end]):
                yield from _sentences(marked, first, last)

    def _in_sentences(self, marked: str, sentences: Sequence[Sentence]) -> Iterator[DraftQuote]:
        left = sorted(self.strings)
        for sentence in sentences:
            mine = [one for one in left if sentence.start < one.right <= sentence.end + 1]
            markers = attributed(marked, sentence.groups, [(one.left, one.right) for one in mine])
            for one, numbers in zip(mine, markers, strict=True):
                yield from self._string(
                    one.start, one.end, numbers, marked[max(sentence.start, one.left - 40) : one.left]
                )
            left = [one for one in left if one not in mine]
        for one in left:
            yield from self._string(one.start, one.end, (), "")

    def _string(self, start: int, end: int, markers: tuple[int, ...], before: str) -> Iterator[DraftQuote]:
        kept = len(self.quotes)
        self._add(start, end, self.text[start:end], markers, before)
        yield from self.quotes[kept:]
        del self.quotes[kept:]


def read_draft(text: str, own: Callable[[str], bool], known: Callable[[str], bool]) -> Draft:
    """Read a draft.

    Args:
        text: the draft, as prose or Markdown.
        own: whether a line is one that a pack writes beside a quote, true to the last character.
        known: whether words stand verbatim in a cited quote.

    Raises:
        RequestFault: it holds more quoted strings or markers than are read.
    """
    return _Reader(text, own, known).read()


def _sentences(text: str, start: int, end: int) -> list[Sentence]:
    """Split prose; a marker after a full stop belongs to the sentence before it."""
    made: list[Sentence] = []
    for span in sentence_spans(text[start:end]):
        first, last = start + span.start, start + span.end
        if made and text[first].islower():
            first = made.pop().start
        groups = grouped(text, find_markers(text, first, last))
        if made and groups and groups[0].start == first:
            between = text[made[-1].end : first]
            if "\n" not in between or (not made[-1].groups and not _PARAGRAPH.search(between)):
                stray = groups.pop(0)
                made[-1] = Sentence(made[-1].start, stray.end, (*made[-1].groups, stray))
                first = stray.end
        if text[first:last].strip(" .,;"):
            made.append(Sentence(first, last, tuple(groups)))
    return made
