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
# Signs drawn at once: 8 MB whatever the number of clusters.
_BLOCK = 1_000_000


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
    block = max(1, _BLOCK // len(sums))
    extreme = 0
    for done in range(0, permutations, block):
        signs = generator.integers(0, 2, size=(min(block, permutations - done), len(sums))) * 2.0 - 1.0
        # The slack keeps sums that are equal but for rounding from counting as smaller.
        extreme += int((np.abs(signs @ sums) >= observed - 1e-12).sum())
    return (extreme + 1) / (permutations + 1)


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values of one family adjusted for their number, in the order given.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 1979.
    """
    adjusted = [0.0] * len(values)
    highest = 0.0
    for place, row in enumerate(sorted(range(len(values)), key=lambda row: values[row])):
        highest = max(highest, min(1.0, values[row] * (len(values) - place)))
        adjusted[row] = highest
    return adjusted


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """Return the sum of the values and their number for each cluster, in order of first appearance."""
    rows: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        rows.setdefault(cluster, []).append(value)
    sums = np.array([sum(row) for row in rows.values()], dtype=np.float64)
    return sums, np.array([len(row) for row in rows.values()], dtype=np.float64)
