"""Made-up determinations as many as wanted, in blocks as a run adds them, for measurements of a whole index.

Texts are of `eval.bench.made_items`, vectors of `eval.bench.drawn`. As among the real letters of ../shared a letter has
2.4 items and an item 1.33 passages on average. Treatments and parts of the body are those that the titles name, so a
request finds them.
"""

import functools
import hashlib
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from eval.bench.drawn import Process, draw
from eval.bench.made_items import MadeItems
from indexer.embed import FloatArray
from indexer.parse.normalise import default_normaliser
from indexer.records import (
    Dates,
    Determination,
    DisputedItem,
    Passage,
    Patient,
    Reason,
    Reviewer,
    Source,
    Span,
    Treatment,
)
from indexer.store.contents import Contents, FileRecord

_MOST_ITEMS = 4
_LONG = 3
_FIRST_DAY = date(2013, 1, 1).toordinal()
_DAYS = 4_000
_GRANTED = 0.16
_SPECIALTIES = ("Physical Medicine & Rehabilitation", "Orthopedic Surgery", "Pain Management", "Chiropractic")


class Block(NamedTuple):
    """Letters as a run adds them, with the vectors of their passages."""

    contents: Contents
    vectors: FloatArray


class MadeLetters:
    """Letters with texts, vectors and facts; the same numbers give the same letters."""

    def __init__(self, process: Process, seed: int = 6) -> None:
        """Draw vectors by a process."""
        self._items = MadeItems(seed)
        self._process = process
        self._seed = seed

    def block(self, number: int, letters: int) -> Block:
        """Return some letters; blocks of different numbers share none."""
        dice = np.random.default_rng((self._seed, number))
        sizes = dice.integers(1, _MOST_ITEMS + 1, letters)
        first = number * letters * _MOST_ITEMS
        texts = iter(self._items.bodies(first, first + int(sizes.sum())))
        made = [self._letter(f"MADE-{number:04}{place:06}", int(size), texts, dice) for place, size in enumerate(sizes)]
        passages = tuple(passage for letter in made for item in letter.items for passage in _passages(letter, item))
        drawn = draw(self._process._replace(seeds=np.roll(self._process.seeds, number, axis=0)), len(passages))
        contents = Contents(
            determinations=tuple(made),
            reasons=tuple(_reasons(item) for letter in made for item in letter.items),
            passages=passages,
            digests=tuple(hashlib.sha256(f"{one.determination_id}{one.start}".encode()).digest() for one in passages),
            files=tuple(
                FileRecord(path=f"/made/{one.id}.txt", sha256=one.text_sha256, determination_id=one.id) for one in made
            ),
        )
        return Block(contents, drawn)

    def titles(self, count: int) -> list[str]:
        """Return short requests."""
        return self._items.titles(count)

    def pages(self, count: int) -> list[str]:
        """Return whole pasted pages."""
        return self._items.pages(count)

    def queries(self, count: int) -> FloatArray:
        """Return vectors of the same process that no letter has."""
        return draw(self._process._replace(seeds=np.roll(self._process.seeds, -1, axis=0)), 10 * count)[::10]

    def _letter(
        self, name: str, items: int, texts: Iterator[tuple[int, tuple[str, str]]], dice: np.random.Generator
    ) -> Determination:
        text = ""
        made: list[DisputedItem] = []
        for number in range(1, items + 1):
            _, (title, rationale) = next(texts)
            heading = Span(text=title, start=len(text), end=len(text) + len(title))
            text += f"{title}\n\n"
            why = Span(text=rationale, start=len(text), end=len(text) + len(rationale))
            text += f"{rationale}\n\n"
            made.append(_item(number, title, heading, why, granted=bool(dice.random() < _GRANTED)))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Determination(
            id=f"{name}-{digest[:8]}",
            case_number=name,
            layout="made",
            reader_version="made",
            text_sha256=digest,
            source=Source(name=f"{name}.txt", sha256=digest, pages=None),
            dates=Dates(decision=date.fromordinal(_FIRST_DAY + int(dice.integers(_DAYS)))),
            priority=None,
            reviewer=Reviewer(specialties_normalised=(_SPECIALTIES[int(dice.integers(len(_SPECIALTIES)))],)),
            patient=Patient(),
            summary=None,
            outcome=None,
            stated_outcome=None,
            items=tuple(made),
            warnings=(),
            page_starts=(),
            furniture=(),
            text=text,
        )


def _item(number: int, title: str, heading: Span, rationale: Span, *, granted: bool) -> DisputedItem:
    normaliser = default_normaliser()
    treatments, regions = _named(title)
    return DisputedItem(
        number=number,
        heading=heading,
        title=title,
        request=title,
        outcome="overturned" if granted else "upheld",
        claims_administrator_guideline=None,
        imr_guideline=None,
        rationale=rationale,
        treatments=treatments,
        body_regions=regions,
        laterality=normaliser.laterality(title),
    )


@functools.cache
def _named(title: str) -> tuple[tuple[Treatment, ...], tuple[str, ...]]:
    normaliser = default_normaliser()
    return normaliser.treatments(title), normaliser.regions(title)


def _passages(letter: Determination, item: DisputedItem) -> Iterator[Passage]:
    start, end = item.rationale.start, item.rationale.end
    middle = letter.text.find(" ", (start + end) // 2, end)
    cuts = [(start, end)] if item.number % _LONG or middle < 0 else [(start, middle), (middle + 1, end)]
    for low, high in cuts:
        yield Passage(determination_id=letter.id, item=item.number, start=low, end=high, embedded="")


def _reasons(item: DisputedItem) -> tuple[Reason, ...]:
    end = min(item.rationale.end, item.rationale.start + 40)
    return (Reason(code="no_functional_improvement", start=item.rationale.start, end=end, by="pattern", score=1.0),)
