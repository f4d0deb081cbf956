"""The bootstrap and the randomisation test: laws, and cases whose answer is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import intervals
from eval.intervals import bootstrap_interval, holm, paired_randomisation_test

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=25)


@given(VALUES)
def test_interval_lies_within_the_values_and_repeats(values: list[float]) -> None:
    low, high = bootstrap_interval(values, range(len(values)), resamples=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == bootstrap_interval(values, range(len(values)), resamples=50)


def test_interval_covers_the_mean_of_a_coin() -> None:
    values = [0.0, 1.0] * 200
    low, high = bootstrap_interval(values, range(400))
    # The normal approximation gives 0.5 +- 1.96 * 0.5 / 20.
    assert low == pytest.approx(0.451, abs=0.01)
    assert high == pytest.approx(0.549, abs=0.01)


def test_clusters_are_drawn_whole() -> None:
    values = [0.0] * 10 + [1.0] * 10
    clusters = ["a"] * 10 + ["b"] * 10
    # Two clusters drawn with replacement: 0, 1/2 or 1 and nothing between; alone the queries are far surer.
    assert bootstrap_interval(values, clusters) == (0.0, 1.0)
    alone = bootstrap_interval(values, range(20))
    assert alone[0] > 0.2
    assert alone[1] < 0.8


def test_clusters_of_unequal_size_weigh_by_their_queries() -> None:
    # A hundred letters of three queries that score 1, a hundred of one query that scores 0: the mean over queries
    # is 3/4, the mean of the letters' means would be 1/2.
    values = [1.0] * 300 + [0.0] * 100
    clusters = [number // 3 for number in range(300)] + list(range(100, 200))
    low, high = bootstrap_interval(values, clusters)
    assert 0.6 < low < 0.75 < high < 0.9


def test_same_systems_do_not_differ() -> None:
    assert paired_randomisation_test([0.1, 0.5, 0.9], [0.1, 0.5, 0.9], range(3), permutations=100) == 1.0


def test_exact_two_sided_value() -> None:
    # All eight differences have one sign: 2 of the 2**8 assignments are as extreme.
    p = paired_randomisation_test([1.0] * 8, [0.0] * 8, range(8))
    assert p == pytest.approx(2 / 2**8, abs=0.003)


def test_clusters_change_places_together() -> None:
    # As one cluster the eight queries are one observation: every assignment is as extreme.
    assert paired_randomisation_test([1.0] * 8, [0.0] * 8, ["a"] * 8, permutations=200) == 1.0


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_p_is_symmetric_and_never_zero(pairs: list[tuple[float, float]]) -> None:
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    p = paired_randomisation_test(first, second, range(len(pairs)), permutations=50)
    assert 0 < p <= 1
    assert p == paired_randomisation_test(second, first, range(len(pairs)), permutations=50)


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval([], [])
    with pytest.raises(ValueError, match="no queries"):
        paired_randomisation_test([], [], [])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        bootstrap_interval([1.0], [])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        paired_randomisation_test([1.0], [], [])


def test_p_of_the_test_drawn_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "_BLOCK", 24)
    p = paired_randomisation_test([1.0] * 8, [0.0] * 8, range(8))
    assert p == pytest.approx(2 / 2**8, abs=0.003)


def test_holm_by_hand() -> None:
    # Sorted: .01 * 3, then .02 * 2, then .04 * 1 raised to the .04 before it.
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_lies_between_none_and_bonferroni(values: list[float]) -> None:
    adjusted = holm(values)
    for p, own in zip(values, adjusted, strict=True):
        assert p <= own <= min(1.0, p * len(values))
    by_p = [own for _, own in sorted(zip(values, adjusted, strict=True))]
    assert by_p == sorted(by_p)
    smallest = min(range(len(values)), key=values.__getitem__)
    assert adjusted[smallest] == min(1.0, values[smallest] * len(values))
