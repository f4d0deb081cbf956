"""Rows are the live items of all segments in order of key."""

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.store.rows import NO_ROW, LetterList, rows_of

IDS = st.text("abAB1-", min_size=1, max_size=4)


class Letter(NamedTuple):
    """A letter of a segment: its id, how many items it has, and whether it is dead there."""

    name: str
    items: int
    dead: bool


@st.composite
def segments(draw: st.DrawFn) -> list[list[Letter]]:
    """Some segments; a letter may be in several, but lives in one at most."""
    made = []
    alive: set[str] = set()
    for _ in range(draw(st.integers(0, 4))):
        letters = []
        for name in sorted(draw(st.sets(IDS, max_size=6))):
            dead = name in alive or draw(st.booleans())
            if not dead:
                alive.add(name)
            letters.append(Letter(name, draw(st.integers(0, 3)), dead))
        made.append(letters)
    return made


def listed(letters: list[Letter]) -> LetterList:
    """Return a segment's letters as arrays."""
    ids = [letter.name.encode() for letter in letters]
    return LetterList(
        np.asarray(ids, dtype=f"S{max(map(len, ids), default=1)}"),
        np.cumsum([0, *(letter.items for letter in letters)]).astype(np.int32),
        np.asarray([number for number, letter in enumerate(letters) if letter.dead], dtype=np.int32),
    )


@given(segments())
def test_rows_are_the_live_keys_in_order(given_: list[list[Letter]]) -> None:
    keys = []
    letters = []
    for place, held in enumerate(given_):
        first = 0
        for number, letter in enumerate(held):
            if not letter.dead:
                letters.append((letter.name, place, number))
                keys += [(letter.name, item, place, first + item) for item in range(letter.items)]
            first += letter.items
    keys.sort()
    letters.sort()

    rows = rows_of([listed(held) for held in given_])
    assert rows.total == len(keys)
    assert list(zip(rows.segment.tolist(), rows.item.tolist(), strict=True)) == [key[2:] for key in keys]
    assert [letters[letter][0] for letter in rows.letter.tolist()] == [key[0] for key in keys]
    found = zip(rows.letter_segment.tolist(), rows.letter_number.tolist(), strict=True)
    assert list(found) == [letter[1:] for letter in letters]

    assert [len(of_item) for of_item in rows.of_item] == [sum(letter.items for letter in held) for held in given_]
    expected = {key[2:]: row for row, key in enumerate(keys)}
    for place, of_item in enumerate(rows.of_item):
        assert of_item.tolist() == [expected.get((place, item), NO_ROW) for item in range(len(of_item))]
        assert rows.in_segment(place).tolist() == [row for row, key in enumerate(keys) if key[2] == place]
