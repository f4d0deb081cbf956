"""Facts as arrays: what is written is read back for any items in any order, and damage is told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.facts import facts_of
from indexer.filters import NO_FILTERS
from indexer.index import Index, ItemKey
from indexer.records import Determination
from indexer.store.facts import Facts, facts_problems, write_facts
from tests.support.fake_index import Decided, letter

LETTERS = (
    letter("A", None, Decided("Ultram", "No.", "tramadol"), Decided("Sling", "No.", "sling")),
    letter("B", None, Decided("Ultram 50mg", "Never.", "tramadol"), Decided("Norco", "Yes.", outcome="overturned")),
)
EXPECTED = [facts_of(one, item) for one in LETTERS for item in one.items]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the facts of the letters."""
    write_facts(tmp_path / "facts", LETTERS)
    return tmp_path / "facts"


def test_what_is_written_is_read_back_in_the_order_asked_for(folder: Path) -> None:
    facts = Facts(folder)
    assert len(facts) == len(EXPECTED)
    for rows in ([0, 1, 2, 3], [3, 0, 3], []):
        assert facts.at(np.asarray(rows, dtype=np.int64)) == [EXPECTED[row] for row in rows]


def test_facts_that_several_items_have_are_held_once(folder: Path) -> None:
    first, second = Facts(folder).at(np.asarray([0, 2]))
    assert first is second


def test_no_letters_have_no_facts(tmp_path: Path) -> None:
    write_facts(tmp_path / "facts", ())
    assert len(Facts(tmp_path / "facts")) == 0
    assert list(facts_problems(tmp_path / "facts", ())) == []


def test_facts_of_other_letters_are_told(folder: Path) -> None:
    assert list(facts_problems(folder, LETTERS)) == []
    other = letter("A", None, Decided("Ultram", "No.", "tramadol"), Decided("Sling", "No.", "brace"))
    assert list(facts_problems(folder, (other, LETTERS[1]))) == ["the facts of A item 2 are not its own"]
    assert list(facts_problems(folder, LETTERS[:1])) == ["holds the facts of 4 items, the letters have 2"]
    (folder / "ends.i8").unlink()
    assert [told.partition(":")[0] for told in facts_problems(folder, LETTERS)] == ["cannot be read"]


@pytest.mark.parametrize("name", ["code.i4", "ends.i8", "records.bin"])
def test_damage_is_a_fault_or_other_facts(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    faults = 0
    for place, byte in enumerate(content):
        (folder / name).write_bytes(content[:place] + bytes([byte ^ 255]) + content[place + 1 :])
        try:
            assert Facts(folder).at(np.arange(len(EXPECTED))) != EXPECTED
        except (IndexFault, ValueError):
            faults += 1
    assert faults


def test_a_damaged_record_is_named(folder: Path) -> None:
    (folder / "records.bin").write_bytes(bytes((folder / "records.bin").stat().st_size))
    with pytest.raises(IndexFault, match="the facts of the index are damaged: record 0"):
        Facts(folder).at(np.asarray([0]))


@given(st.data())
def test_an_index_gives_the_facts_of_the_letters(
    sample_index: Index, sample_determinations: tuple[Determination, ...], data: st.DataObject
) -> None:
    letters = {one.id: one for one in sample_determinations}
    keys = data.draw(st.lists(st.sampled_from(sample_index.select(NO_FILTERS)), max_size=30))
    expected = []
    for key in keys:
        item = letters[key.determination_id].item(key.item)
        assert item
        expected.append(facts_of(letters[key.determination_id], item))
    assert sample_index.facts(keys) == expected


@pytest.mark.parametrize("missing", [ItemKey("nowhere", 1), ItemKey("", 0), ItemKey("zzz", 9)])
def test_an_item_that_is_not_held_is_a_lookup_error(sample_index: Index, missing: ItemKey) -> None:
    held = sample_index.select(NO_FILTERS)[:2]
    with pytest.raises(LookupError, match=f"'{missing.determination_id}'"):
        sample_index.facts([held[0], missing, held[1]])
