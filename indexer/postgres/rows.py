"""What is added to an index, as rows of a base's tables."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import msgspec
import numpy as np
from pgvector import HalfVector

from config.errors import IndexFault
from indexer.columns import cited_of, values_of
from indexer.duplicates import Grouping, Representatives, Sketch, sketch_of
from indexer.embed import FloatArray
from indexer.facts import facts_of
from indexer.records import Determination, DisputedItem, Passage, Reason
from indexer.store.contents import Contents
from indexer.store.words_queries import indexed_terms

Row = tuple[object, ...]


class Part(NamedTuple):
    """Letters in order of id with all that is kept of them; row i of `vectors` belongs to passage i."""

    contents: Contents
    vectors: FloatArray


class Next(NamedTuple):
    """The numbers that the next letter, item and passage of a base take."""

    letter: int
    item: int
    passage: int


class _Item(NamedTuple):
    item: int
    letter: int
    determination: Determination
    disputed: DisputedItem
    reasons: Sequence[Reason]
    passages: int


class Numbered:
    """A part whose letters, items and passages have their numbers in a base."""

    def __init__(self, part: Part, first: Next, known: Callable[[Sequence[Sketch]], Representatives]) -> None:
        """Number a part and put its items into their groups of near-duplicates.

        Args:
            part: letters.
            first: the numbers that its first letter, item and passage take.
            known: returns the groups that are known of those that some sketches meet.

        Raises:
            IndexFault: vectors, reasons or passages do not go with the letters.
        """
        self.contents = part.contents
        self._vectors = part.vectors
        self._first = first
        contents = part.contents
        passages = Counter((passage.determination_id, passage.item) for passage in contents.passages)
        pairs = [(letter, item) for letter in contents.determinations for item in letter.items]
        if not (len(contents.passages) == len(contents.digests) == len(part.vectors)) or len(pairs) != len(
            contents.reasons
        ):
            raise IndexFault("what is to be indexed does not go together: vectors, reasons and passages")
        numbers = {letter.id: number for number, letter in enumerate(contents.determinations, start=first.letter)}
        self._items = [
            _Item(number, numbers[letter.id], letter, item, reasons, passages[letter.id, item.number])
            for number, (letter, item), reasons in zip(count(first.item), pairs, contents.reasons, strict=False)
        ]
        self._item_numbers = {(one.determination.id, one.disputed.number): one.item for one in self._items}
        sketches = [sketch_of(one.disputed) for one in self._items]
        grouping = Grouping(known(sketches))
        self._grouped = [
            (sketch, grouping.join(one.disputed, sketch, one.item))
            for one, sketch in zip(self._items, sketches, strict=True)
        ]
        # The last member to join has the last word on what the members share.
        self._regions = {group.label: sorted(group.regions) for _, group in self._grouped}
        self._terms = {
            stemmed: [_counted(one.disputed, stemmed=stemmed) for one in self._items] for stemmed in (False, True)
        }

    @property
    def next(self) -> Next:
        """The numbers after those of this part."""
        return Next(
            self._first.letter + len(self.contents.determinations),
            self._first.item + len(self._items),
            self._first.passage + len(self.contents.passages),
        )

    def letters(self) -> Iterator[Row]:
        """Yield (letter, id, id folded, case, case folded, record)."""
        for number, letter in enumerate(self.contents.determinations, start=self._first.letter):
            case = letter.case_number
            record = msgspec.json.encode(letter)
            yield number, letter.id, letter.id.casefold(), case, case.casefold() if case else None, record

    def items(self) -> Iterator[Row]:
        """Yield (item, letter, number, outcome, decided, dependent, passages, facts, label, plain and stem length)."""
        lengths = (self._terms[stemmed] for stemmed in (False, True))
        for one, (_, group), plain, stems in zip(self._items, self._grouped, *lengths, strict=True):
            yield (
                one.item,
                one.letter,
                one.disputed.number,
                one.disputed.outcome,
                one.determination.dates.decision,
                one.disputed.depends_on is not None,
                one.passages,
                msgspec.msgpack.encode(facts_of(one.determination, one.disputed)),
                group.label,
                plain.total(),
                stems.total(),
            )

    def words(self) -> Iterator[Row]:
        """Yield (item, words with their places, whether there are more than places can be kept of)."""
        for one in self._items:
            texts = (one.disputed.title, one.disputed.rationale.text)
            yield one.item, *placed([indexed_terms(text, stemmed=False) for text in texts])

    def sayings(self) -> Iterator[Row]:
        """Yield (label, item, regions, signature, bands) of the groups that begin here."""
        for one, (sketch, group) in zip(self._items, self._grouped, strict=True):
            if group.is_new:
                yield group.label, one.item, self._regions[group.label], *packed(sketch)

    def joined(self) -> dict[int, list[str]]:
        """Return the regions of each group of an earlier part that an item of this one joined."""
        fresh = {group.label for _, group in self._grouped if group.is_new}
        return {label: regions for label, regions in self._regions.items() if label not in fresh}

    def values(self) -> Iterator[Row]:
        """Yield (field, value, item): what is filtered by, and what was cited as it is spelt."""
        for one in self._items:
            pairs = values_of(one.determination, one.disputed) | cited_of(one.disputed)
            pairs |= {("reason", reason.code) for reason in one.reasons}
            for field, value in sorted(pairs):
                yield field, value, one.item

    def reasons(self) -> Iterator[Row]:
        """Yield (item, place, code, start, end, found by, score)."""
        for one in self._items:
            for place, reason in enumerate(one.reasons):
                yield one.item, place, reason.code, reason.start, reason.end, reason.by, reason.score

    def passages(self) -> Iterator[Row]:
        """Yield (passage, item, start, end, digest, vector)."""
        halves = self._vectors.astype(np.float16)
        for number, passage, digest, half in zip(
            count(self._first.passage), self.contents.passages, self.contents.digests, halves, strict=False
        ):
            yield number, self._of(passage), passage.start, passage.end, digest, HalfVector(half)

    def postings(self) -> Iterator[tuple[bool, str, int, int]]:
        """Yield (stemmed, term, item, how often), items ascending."""
        for stemmed, counted in self._terms.items():
            for one, terms in zip(self._items, counted, strict=True):
                for term, times in terms.items():
                    yield stemmed, term, one.item, times

    def _of(self, passage: Passage) -> int:
        number = self._item_numbers.get((passage.determination_id, passage.item))
        if number is None:
            raise IndexFault(f"a passage of {passage.determination_id} item {passage.item} belongs to no item")
        return number


def packed(sketch: Sketch) -> tuple[bytes, list[int]]:
    """Return a sketch's signature and bands as the database keeps them."""
    return sketch.signature.astype("<u4").tobytes(), sketch.bands.view(np.int64).tolist()


class Lexemes(NamedTuple):
    """A tsvector: words with their places, ascending."""

    places: dict[str, list[int]]


# What a tsvector can keep: places of a word, and the last place.
_MOST_PLACES, _LAST_PLACE = 255, 16_383


def placed(texts: Sequence[Sequence[str]]) -> tuple[Lexemes, bool]:
    """Return the words of some texts with their places, a gap between two texts; and whether some could not be kept."""
    places: dict[str, list[int]] = {}
    place = 0
    overlong = False
    for text in texts:
        for word in text:
            place += 1
            held = places.setdefault(word, [])
            if place > _LAST_PLACE or len(held) >= _MOST_PLACES:
                overlong = True
            else:
                held.append(place)
        place += 1
    return Lexemes({word: held or [_LAST_PLACE] for word, held in places.items()}), overlong


def _counted(item: DisputedItem, *, stemmed: bool) -> Counter[str]:
    return Counter(term for text in (item.title, item.rationale.text) for term in indexed_terms(text, stemmed=stemmed))
