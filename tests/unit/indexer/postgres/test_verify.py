"""What a verification finds: every kind of damage is named by its table."""

import psycopg
import pytest

from indexer.postgres.state import read_status, verify
from tests.support.engines import Postgres

# What was done, and what must be told of which table.
DAMAGE = [
    ("DELETE FROM imr.letter_1 WHERE letter = 2", "letter", "holds 2 rows, the generation says 3"),
    ("DELETE FROM imr.letter_1 WHERE letter = 2", "item", "items of no letter"),
    ("DELETE FROM imr.item_1 WHERE item = 1", "item", "holds 3 rows, the generation says 4"),
    ("DELETE FROM imr.item_1 WHERE item = 1", "passage", "passages of no item"),
    ("DELETE FROM imr.item_1 WHERE item = 1", "item", "the items of CM15-0000001-aaaaaaaa are not those"),
    ("DELETE FROM imr.passage_1 WHERE passage = 0", "passage", "counted by item"),
    ("UPDATE imr.letter_1 SET record = 'x' WHERE letter = 0", "letter", "cannot be read"),
    ("UPDATE imr.letter_1 SET id = 'other' WHERE letter = 0", "letter", "letter other holds the record of"),
    (
        "UPDATE imr.letter_1 SET record = convert_to(replace(convert_from(record, 'UTF8'), 'knee', 'anal'), 'UTF8')",
        "letter",
        "another sha256",
    ),
    ("UPDATE imr.item_1 SET outcome = 'upheld' WHERE item = 1", "item", "its row is not what its letter says"),
    ("UPDATE imr.item_1 SET facts = (SELECT facts FROM imr.item_1 WHERE item = 0)", "item", "facts are not its own"),
    ("DELETE FROM imr.item_value_1 WHERE value = 'tramadol'", "item_value", "filter values are not its own"),
    ("INSERT INTO imr.item_value_1 VALUES (1, 'treatment', 'x', 99)", "item_value", "values of no item"),
    ("UPDATE imr.item_reason_1 SET item = 99", "item_reason", "reasons of no item"),
    ("UPDATE imr.passage_1 SET starts = 0 WHERE passage = 1", "passage", "places are outside its rationale"),
    ("UPDATE imr.passage_1 SET embedding = embedding + embedding", "passage", "not finite and of length one"),
    ("DELETE FROM imr.item_words_1 WHERE item = 0", "item_words", "items without words"),
    ("DELETE FROM imr.saying_1 WHERE item = 0", "saying", "items of no group"),
    ("DELETE FROM imr.posting_1 WHERE term = 'knee' AND NOT stemmed", "posting", "all words of 1 items"),
    ("DELETE FROM imr.posting_1 WHERE term = 'knee' AND stemmed", "posting", "all stems of 1 items"),
    ("DELETE FROM imr.file_1 WHERE path LIKE '%d'", "file", "letters of no file"),
    ("UPDATE imr.file_1 SET determination_id = 'x' WHERE path LIKE '%d'", "file", "files of no letter"),
]


def test_a_sound_index_has_no_problems(loaded: Postgres) -> None:
    found = verify(loaded.settings)
    assert found.problems == ()
    assert found.remedy is None
    assert found.bytes > 0
    assert loaded.dsn not in found.folder
    assert read_status(loaded.settings).damaged == ()


@pytest.mark.parametrize(("statement", "table", "what"), DAMAGE)
def test_damage_is_named(loaded: Postgres, statement: str, table: str, what: str) -> None:
    with psycopg.connect(loaded.dsn) as connection:
        assert connection.execute(statement.encode()).rowcount
    found = verify(loaded.settings)
    assert [one for one in found.problems if one.file == table and what in one.what], found.problems
    assert found.remedy is not None


def test_status_tells_of_rows_that_are_missing(loaded: Postgres) -> None:
    with psycopg.connect(loaded.dsn) as connection:
        connection.execute("DELETE FROM imr.passage_1 WHERE passage = 0")
    assert read_status(loaded.settings).damaged == ("passage",)
