"""The disputed items of an index under the names that datasets give them: CASE#ITEM."""

from typing import NamedTuple

import msgspec

from eval.datasets import Dataset, Qrels, Query
from eval.lines import DatasetFault
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination, DisputedItem


class NamedItem(NamedTuple):
    """A disputed item with its corpus id."""

    corpus_id: str
    item: DisputedItem


class ItemNames:
    """Names items by case number, or by determination id where the letter has no case number."""

    def __init__(self, index: Index) -> None:
        """Name the items of an index."""
        self._index = index
        self._cases: dict[str, str] = {}

    def of(self, key: ItemKey) -> str:
        """Return an item's corpus id."""
        if key.determination_id not in self._cases:
            determination = self._index.determination(key.determination_id)
            self._cases[key.determination_id] = _case(determination) if determination else key.determination_id
        return f"{self._cases[key.determination_id]}#{key.item}"

    def excluded(self, query: Query) -> frozenset[str]:
        """Return the corpus ids of the case that a query excludes."""
        if query.exclude_case is None:
            return frozenset()
        letters = self._index.by_case(query.exclude_case)
        return frozenset(f"{_case(letter)}#{item.number}" for letter in letters for item in letter.items)


def excluding(query: Query) -> Filters:
    """Return the filters under which a query is run."""
    return Filters(exclude_cases=(query.exclude_case,)) if query.exclude_case else NO_FILTERS


def all_items(index: Index) -> list[NamedItem]:
    """Return every disputed item of an index, in order of determination id and item number."""
    ids = dict.fromkeys(key.determination_id for key in index.select(NO_FILTERS))
    letters = [letter for letter in (index.determination(letter_id) for letter_id in ids) if letter]
    return [NamedItem(f"{_case(letter)}#{item.number}", item) for letter in letters for item in letter.items]


def align(dataset: Dataset, index: Index) -> Dataset:
    """Name the judged items as a run names them, and count the relevant ones that the index lacks.

    A dataset may name an item by case number or by determination id. Items that the index lacks stay in the
    qrels, as trec_eval has it: what is not indexed cannot be found and costs recall.

    Raises:
        DatasetFault: the index holds none of the relevant items.
    """
    names: dict[str, str | None] = {}
    qrels: Qrels = {}
    relevant: set[str] = set()
    for query, grades in dataset.qrels.items():
        renamed = qrels.setdefault(query, {})
        for corpus_id, grade in grades.items():
            if corpus_id not in names:
                names[corpus_id] = _find(index, corpus_id)
            name = names[corpus_id] or corpus_id
            renamed[name] = max(grade, renamed.get(name, grade))
            if grade > 0:
                relevant.add(corpus_id)
    missing = sum(names[corpus_id] is None for corpus_id in relevant)
    if missing == len(relevant):
        raise DatasetFault(f"dataset {dataset.name}: the index holds none of its {missing} relevant items")
    return msgspec.structs.replace(dataset, qrels=qrels, not_indexed=missing)


def _find(index: Index, corpus_id: str) -> str | None:
    case, _, number = corpus_id.rpartition("#")
    for letter in index.by_case(case):
        if any(item.number == int(number) for item in letter.items):
            return f"{_case(letter)}#{int(number)}"
    return None


def _case(letter: Determination) -> str:
    return letter.case_number or letter.id
