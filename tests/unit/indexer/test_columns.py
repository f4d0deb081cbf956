"""What is counted of items: in order of row, dated, with duplicates told apart, and the same from a records file."""

import sqlite3
from datetime import date

import msgspec
import numpy as np
from indexer.store.counted import COUNTED_TABLES, read_columns, read_values, write_counted

from indexer.columns import NO_DATE, cited_pairs, columns_of, values_from
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


def test_a_records_file_gives_back_the_same() -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(COUNTED_TABLES)
        write_counted(connection, letters())
        for expected, column in zip(columns_of(letters()), read_columns(connection), strict=True):
            assert expected.tolist() == column.tolist()
            assert expected.dtype == column.dtype
        cited = read_values(connection, "cited")
        assert (cited.names, cited.code.tolist(), cited.row.tolist()) == (
            ("MTUS: Knee Complaints",),
            [0, 0, 0],
            [0, 2, 3],
        )
    finally:
        connection.close()


def test_no_letters() -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(COUNTED_TABLES)
        assert [len(column) for column in read_columns(connection)] == [0] * 5
        assert read_values(connection, "section").names == ()
    finally:
        connection.close()
    assert values_from([]).row.dtype == np.int64
