"""Batches of texts of like length: every text once, little padding."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.batches import length_batches

SIZES = st.lists(st.integers(0, 300), max_size=80)
BUDGETS = st.integers(1, 2000)
MOST = st.integers(1, 40)


@given(SIZES, BUDGETS, MOST)
def test_every_text_is_in_one_batch_and_no_batch_is_over_its_bounds(sizes: list[int], budget: int, most: int) -> None:
    batches = length_batches(sizes, budget, most)
    assert sorted(place for batch in batches for place in batch) == list(range(len(sizes)))
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or max(sizes[place] for place in batch) * len(batch) <= budget


@given(SIZES, BUDGETS, MOST)
def test_batches_go_from_short_to_long(sizes: list[int], budget: int, most: int) -> None:
    ordered = [sizes[place] for batch in length_batches(sizes, budget, most) for place in batch]
    assert ordered == sorted(sizes)


def test_batches_by_hand() -> None:
    assert length_batches([9, 2, 3, 3, 1], 9, 3) == [[4, 1, 2], [3], [0]]
    assert length_batches([], 9, 3) == []
