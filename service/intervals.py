"""Intervals of an overturn rate: by letters, which go together, and by items as if they were independent."""

import numpy as np

from indexer.columns import BoolArray, IntArray

Interval = tuple[float, float]

_RESAMPLES = 1000
_SEED = 20131
_BOUNDS = (2.5, 97.5)
# The standard normal's 97.5th percentile.
_Z = 1.959963984540054


def by_letters(letters: IntArray, overturned: BoolArray) -> Interval:
    """Return a 95% interval of the overturn rate, resampling letters: items of one letter go together.

    Letters with as many items and as many overturned are alike, so how often each kind is drawn is multinomial: the
    same bootstrap, at a cost that does not grow with the number of letters.

    Source: cluster bootstrap, percentile method (Davison and Hinkley, Bootstrap Methods, 1997, 3.8).

    Args:
        letters: each item's letter, a number from 0.
        overturned: whether each item is overturned.
    """
    order = np.argsort(letters, kind="stable")
    starts = np.flatnonzero(np.diff(letters[order], prepend=-1))
    sizes = np.diff(starts, append=len(letters))
    granted = np.add.reduceat(overturned[order].astype(np.int64), starts)
    base = int(sizes.max()) + 1
    times = np.bincount(sizes * base + granted)
    kinds = np.flatnonzero(times)
    shares = times[kinds] / len(starts)
    drawn = np.random.default_rng(_SEED).multinomial(len(starts), shares, size=_RESAMPLES)
    rates = (drawn @ (kinds % base)) / (drawn @ (kinds // base))
    low, high = np.percentile(rates, _BOUNDS)
    rate = float(overturned.mean())
    # An interval that left out its own estimate would be no use; resampling very uneven letters may miss it.
    return round(min(float(low), rate), 4), round(max(float(high), rate), 4)


def wilson(n: int, overturned: int) -> Interval:
    """Return the 95% score interval of a rate of `overturned` among `n` independent items, n > 0.

    Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    rate, spread = overturned / n, _Z * _Z / n
    middle = (rate + spread / 2) / (1 + spread)
    half = _Z * ((rate * (1 - rate) / n + spread / (4 * n)) ** 0.5) / (1 + spread)
    return round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)
