"""Corpus ids: CASE#ITEM, and datasets that name items otherwise."""

from types import ModuleType
from typing import Any

import pytest

from config.errors import Fault
from eval.datasets import Dataset, Query
from eval.items import ItemNames, align, all_items, excluding
from indexer.filters import NO_FILTERS
from indexer.index import ItemKey


def dataset(grades: dict[str, int]) -> Dataset:
    return Dataset(name="toy", form="imr", queries=(Query(id="q", text="x"),), qrels={"q": grades})


def test_names_are_case_numbers_or_else_ids(index: Any) -> None:
    names = ItemNames(index)
    assert names.of(ItemKey("CM20-1-aa", 2)) == "CM20-1#2"
    assert names.of(ItemKey("letter-dd", 1)) == "letter-dd#1"
    ids = [corpus_id for corpus_id, _ in all_items(index)]
    assert ids == ["CM20-1#1", "CM20-1#2", "CM20-2#1", "CM20-3#1", "letter-dd#1"]


@pytest.mark.parametrize("case", ["CM20-1", "CM20-1-aa"])
def test_excluded_cases_go_by_number_or_id(index: Any, case: str) -> None:
    query = Query(id="q", text="x", exclude_case=case)
    assert ItemNames(index).excluded(query) == {"CM20-1#1", "CM20-1#2"}
    assert excluding(query).exclude_cases == (case,)


def test_nothing_is_excluded_unless_asked(index: Any) -> None:
    query = Query(id="q", text="x")
    assert ItemNames(index).excluded(query) == frozenset()
    assert excluding(query) == NO_FILTERS


def test_judged_items_get_the_names_of_the_run(index: Any) -> None:
    aligned = align(dataset({"CM20-1-aa#01": 2, "CM20-2#1": 0, "letter-dd#1": 1}), index)
    assert aligned.qrels == {"q": {"CM20-1#1": 2, "CM20-2#1": 0, "letter-dd#1": 1}}
    assert aligned.not_indexed == 0


def test_two_names_of_one_item_keep_the_higher_grade(index: Any) -> None:
    for grades in ({"CM20-1#1": 1, "CM20-1-aa#1": 3}, {"CM20-1-aa#1": 3, "CM20-1#1": 1}):
        assert align(dataset(grades), index).qrels == {"q": {"CM20-1#1": 3}}


def test_items_that_are_not_indexed_stay_and_are_counted(index: Any) -> None:
    aligned = align(dataset({"CM20-1#1": 1, "CM20-1#9": 1, "CM99-9#1": 2, "CM99-9#2": 0}), index)
    assert aligned.qrels["q"] == {"CM20-1#1": 1, "CM20-1#9": 1, "CM99-9#1": 2, "CM99-9#2": 0}
    assert aligned.not_indexed == 2


def test_an_index_of_other_letters_is_a_fault(index: Any) -> None:
    with pytest.raises(Fault, match="none of its 1 relevant items"):
        align(dataset({"CM99-9#1": 2, "CM20-1#1": 0}), index)


def test_two_letters_of_one_case_are_both_looked_through(fakes: ModuleType) -> None:
    one = fakes.letter("C-1-aa", "C-1", fakes.Decided("a", "b"))
    two = fakes.letter("C-1-bb", "C-1", fakes.Decided("a", "b"), fakes.Decided("c", "d"))
    assert align(dataset({"C-1#2": 1}), fakes.FakeIndex(one, two)).not_indexed == 0
