"""Reasons for a grant against marks of sample letters: another hand's wording than the published letters'."""

import pytest

from eval.marks.gold import SAMPLE_MARKS, load_marked
from eval.marks.reasons import rightness
from indexer.index import Index
from indexer.reasons import pattern_reasons


@pytest.mark.parametrize(
    ("half", "items", "precision", "recall"), [("sample", 40, 0.8, 0.65), ("sample_check", 20, 0.75, 0.35)]
)
def test_grants_are_explained_in_other_words_too(
    sample_index: Index, half: str, items: int, precision: float, recall: float
) -> None:
    marked = [one for one in load_marked(sample_index, SAMPLE_MARKS) if one.mark.half == half]
    assert len(marked) == items
    assert {one.item.outcome for one in marked} == {"overturned"}
    overall = rightness((one.mark, {reason.code for reason in pattern_reasons(one.item)}) for one in marked)[0]
    assert (overall.precision or 0) >= precision
    assert (overall.recall or 0) >= recall
