"""How sure a figure is: a bootstrap interval over queries and a paired randomisation test.

Queries made from one letter share its wording and its reviewer, so whole clusters of queries are drawn, not
queries.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
PERMUTATIONS = 10_000
LEVEL = 0.95
SEED = 20_161_123


def bootstrap_interval(
    values: Sequence[float], clusters: Sequence[Hashable], *, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float]:
    """Return the 95% percentile interval of the mean, drawing clusters with replacement.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; clusters after Davison
    and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8.

    Args:
        values: one figure a query; at least one.
        clusters: what each query belongs to, in the same order.
        resamples: draws.
        seed: the same seed gives the same interval.

    Raises:
        ValueError: there are no values, or not one cluster for each.
    """
    if not values:
        raise ValueError("no values to resample")
    sums, sizes = _by_cluster(values, clusters)
    generator = np.random.default_rng(seed)
    means = np.empty(resamples)
    for draw in range(resamples):
        chosen = generator.integers(0, len(sums), size=len(sums))
        means[draw] = sums[chosen].sum() / sizes[chosen].sum()
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def paired_randomisation_test(
    first: Sequence[float],
    second: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> float:
    """Return the two-sided p-value of the mean difference between two systems over the same queries.

    In each permutation the two systems change places in a random half of the clusters. Source: Smucker, Allan
    and Carterette, A Comparison of Statistical Significance Tests for IR Evaluation, CIKM 2007; one is added
    to both counts (Phipson and Smyth 2010), so p is never 0.

    Raises:
        ValueError: the lists are not of one length, or empty.
    """
    differences = [one - other for one, other in zip(first, second, strict=True)]
    if not differences:
        raise ValueError("no queries to compare")
    sums, _ = _by_cluster(differences, clusters)
    observed = abs(sums.sum())
    generator = np.random.default_rng(seed)
    extreme = 0
    for _ in range(permutations):
        signs = generator.integers(0, 2, size=len(sums)) * 2 - 1
        # The slack keeps sums that are equal but for rounding from counting as smaller.
        extreme += bool(abs((signs * sums).sum()) >= observed - 1e-12)
    return (extreme + 1) / (permutations + 1)


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """Return the sum of the values and their number for each cluster, in order of first appearance."""
    rows: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        rows.setdefault(cluster, []).append(value)
    sums = np.array([sum(row) for row in rows.values()], dtype=np.float64)
    return sums, np.array([len(row) for row in rows.values()], dtype=np.float64)
