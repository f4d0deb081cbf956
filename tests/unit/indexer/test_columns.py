"""What is counted of items: in order of row, dated, with duplicates told apart, and the same from parts of an index."""

from datetime import date

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import NO_DATE, Values, cited_pairs, columns_of, joined_values, values_from, values_of
from indexer.filters import FACETS
from indexer.records import Citation, Determination, Treatment
from tests.support.letters import Cited, Item, determination

SLING = (Treatment(concept="sling", category="DME"),)


def letters() -> tuple[Determination, ...]:
    twin = Item("Brace", "The knee is stable.", cited=(Cited("MTUS", "Knee Complaints"),))
    return (
        determination("a", twin, Item("Sling", "The knee is stable.", treatments=SLING), decided=date(2016, 2, 29)),
        determination("b", Item("brace", " The  knee is Stable.", cited=(Cited("MTUS", "knee complaints"),)), twin),
        determination(
            "c",
            Item("Brace", "The knee is stable.", "overturned", cited=(Cited("ODG", "Knee", "claims_administrator"),)),
        ),
    )


def test_by_hand() -> None:
    found = columns_of(letters())
    assert found.letter.tolist() == [0, 0, 1, 1, 2]
    assert found.decided.tolist() == [date(2016, 2, 29).toordinal()] * 2 + [NO_DATE] * 3
    assert found.overturned.tolist() == [False] * 4 + [True]
    assert found.saying.tolist() == [0, 1, 0, 0, 4]
    assert found.dependent.tolist() == [False] * 5


def test_what_was_relied_on_in_its_commonest_spelling() -> None:
    found = list(cited_pairs(letters()))
    assert found == [("cited", "MTUS: Knee Complaints", row) for row in (0, 2, 3)]


def test_sections_stand_under_their_title() -> None:
    (one,) = letters()[:1]
    cited = Citation(
        authority="ODG",
        title="Pain \u00a7 Chapter",
        year=2015,
        sections=("Gym  Memberships", " "),
        pages=(),
        start=0,
        end=1,
        cited_by="imr",
    )
    item = msgspec.structs.replace(one.items[0], citations=(cited, cited))
    found = list(cited_pairs([msgspec.structs.replace(one, items=(item,))]))
    assert found == [("cited", "ODG: Pain Chapter", 0), ("section", "ODG: Pain Chapter \u00a7 Gym Memberships", 0)]


def test_values_are_held_for_every_facet() -> None:
    item = Item(
        treatments=SLING, regions=("knee",), cited=(Cited("MTUS", "Pain"), Cited("ODG", "Knee", "claims_administrator"))
    )
    full = determination("full", item, specialties=("Surgery",))
    pairs = values_of(full, full.items[0])
    # Reasons are found after reading, with the embedder.
    assert {field for field, _ in pairs} == set(FACETS) - {"reason"}
    assert {value for field, value in pairs if field == "guideline"} == {"mtus", "pain"}, "what the reviewer cited"
    bare = determination("bare", Item(outcome="overturned"))
    assert values_of(bare, bare.items[0]) == set()


def test_no_letters() -> None:
    assert [len(column) for column in columns_of([])] == [0] * 5
    assert values_from([]).row.dtype == np.int64
    assert joined_values([]).names == ()
    assert joined_values([]).row.dtype == np.int64


PAIRS = st.sets(st.tuples(st.sampled_from(["a", "A", "b", "B", "c d", "\xe9"]), st.integers(0, 3)))


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[Values, list[int]]]:
    """The values of some parts of four items each, and the row of each item, -1 where it does not count."""
    count = draw(st.integers(0, 4))
    rows = draw(st.permutations(range(4 * count)))
    made = []
    for part in range(count):
        # A part's items are in order of row.
        mine = sorted(rows[4 * part : 4 * part + 4])
        made.append(
            (values_from(sorted(draw(PAIRS))), [row if draw(st.booleans()) else -1 for row in mine]),
        )
    return made


@given(parts())
def test_parts_joined_are_the_values_of_all_that_counts(given_: list[tuple[Values, list[int]]]) -> None:
    pairs = [
        (values.names[code], of_item[item])
        for values, of_item in given_
        for code, item in zip(values.code.tolist(), values.row.tolist(), strict=True)
        if of_item[item] >= 0
    ]
    spellings = [name for name, _ in pairs]
    chosen = {
        name.casefold(): min(
            (one for one in set(spellings) if one.casefold() == name.casefold()),
            key=lambda one: (-spellings.count(one), one),
        )
        for name in spellings
    }
    found = joined_values([(values, np.asarray(of_item)) for values, of_item in given_])
    told = [(found.names[code], row) for code, row in zip(found.code.tolist(), found.row.tolist(), strict=True)]
    assert told == sorted({(chosen[name.casefold()], row) for name, row in pairs})
    assert list(found.names) == sorted(chosen.values()), "no value that nothing has"
