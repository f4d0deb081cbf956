"""Intervals against hand-worked values and against the plain bootstrap that the shortcut stands for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intervals import by_letters, wilson


@pytest.mark.parametrize(
    ("n", "overturned", "expected"),
    [
        # By hand: z = 1.96, centre (x + z2/2)/(n + z2), half z/(n + z2) sqrt(x(n - x)/n + z2/4).
        (40, 10, (0.1419, 0.4019)),
        (10, 0, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (100, 50, (0.4038, 0.5962)),
    ],
)
def test_wilson_by_hand(n: int, overturned: int, expected: tuple[float, float]) -> None:
    assert wilson(n, overturned) == expected


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_wilson_holds_the_rate(counts: tuple[int, int]) -> None:
    n, overturned = counts
    low, high = wilson(n, overturned)
    assert 0 <= low <= round(overturned / n, 4) <= high <= 1
    assert wilson(n, n - overturned) == pytest.approx((1 - high, 1 - low), abs=1.01e-4)


def plain(letters: list[list[bool]]) -> tuple[float, float]:
    """Draw letters one by one."""
    random = np.random.default_rng(5)
    sizes, granted = np.array([len(one) for one in letters]), np.array([sum(one) for one in letters])
    drawn = random.integers(0, len(letters), size=(20_000, len(letters)))
    low, high = np.percentile(granted[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), (2.5, 97.5))
    return float(low), float(high)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=15, max_size=40))
def test_drawing_kinds_is_drawing_letters(letters: list[list[bool]]) -> None:
    of = np.repeat(np.arange(len(letters)), [len(one) for one in letters])
    overturned = np.concatenate([np.array(one) for one in letters])
    found = by_letters(of, overturned)
    assert found == pytest.approx(plain(letters), abs=0.035)
    order = np.random.default_rng(1).permutation(len(of))
    assert by_letters(of[order] * 7 + 3, overturned[order]) == found


def test_millions_of_letters_take_no_more_memory_than_their_kinds() -> None:
    letters = np.arange(3_000_000)
    low, high = by_letters(letters, letters % 10 == 0)
    assert 0.099 < low < 0.1 < high < 0.101
