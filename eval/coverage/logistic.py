"""Fitting config/coverage.toml's logistic and its two thresholds to measured requests."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from config.calibration import UNCALIBRATED, Calibration
from eval.coverage.measure import MODES, Measured, Mode
from service.coverage import Nearness, probability

Floats = npt.NDArray[np.float64]

# Ridge on the weights, in units of requests: keeps a weight finite where it separates the two kinds by itself.
RIDGE = 0.05
_STEPS = 100
# What a shared treatment may count at most. The requests hardly ever name a decided treatment in passing and would let
# it grow to 3, though on the fitting half nothing improves beyond 1; other off-topic requests will name some.
MOST_DECIDED = 1.0
# At most this share of the off-topic requests may be covered, and of the answerable ones not.
RELATED_ERROR = 0.05
# At most this share of the off-topic requests may be called close.
CLOSE_ERROR = 0.01
_PLACES = 4


def fit(measured: Sequence[Measured], model: str, weights_sha256: str, *, similarity: bool = True) -> Calibration:
    """Fit the weights, then the thresholds.

    Args:
        measured: the fitting half, in both modes.
        model: the name of the embedding model.
        weights_sha256: of its weights.
        similarity: whether the model's similarities are used at all.
    """
    cosine, words, decided, undecided, constant = _weights(measured, similarity=similarity)
    decided = min(decided, MOST_DECIDED)
    unset = Calibration(model, weights_sha256, cosine, words, decided, undecided, constant, related=0.5, close=0.5)
    related = _related(measured, unset)
    close = max(related, _least(measured, unset, CLOSE_ERROR))
    return dataclasses.replace(unset, related=related, close=close)


def fit_uncalibrated(measured: Sequence[Measured]) -> Calibration:
    """Fit what serves any model: words and vocabulary alone, and as much caution as they need."""
    found = fit(measured, UNCALIBRATED, "", similarity=False)
    related = max(found.related, _least(measured, found, RELATED_ERROR))
    return dataclasses.replace(found, related=related, close=max(related, found.close))


def none_rates(
    measured: Sequence[Measured], calibration: Calibration, threshold: float
) -> dict[tuple[Mode, bool], float]:
    """Return the share of requests under a threshold, by mode and by whether they can be answered."""
    rates = {}
    for mode in MODES:
        for answerable in (False, True):
            found = _most(
                [one for one in measured if one.mode == mode and one.request.answerable == answerable], calibration
            )
            rates[mode, answerable] = float(np.mean(found < threshold)) if len(found) else float("nan")
    return rates


def worst(rates: dict[tuple[Mode, bool], float]) -> float:
    """Return the greatest share of wrong answers among off-topic and answerable requests of both modes."""
    return max(rate if answerable else 1 - rate for (_, answerable), rate in rates.items())


def _weights(measured: Sequence[Measured], *, similarity: bool) -> tuple[float, ...]:
    rows: Floats = np.array([_features(item, similarity=similarity) for one in measured for item in one.items])
    labels = np.array([float(one.request.answerable) for one in measured for _ in one.items])
    shares = np.array([1 / len(one.items) for one in measured for _ in one.items])
    fitted = logistic(rows, labels, shares)
    return tuple(round(float(weight), _PLACES) for weight in fitted)


def _features(near: Nearness, *, similarity: bool) -> tuple[float, ...]:
    """Return the features in the order of `Calibration`'s weights."""
    cosine = near.similarity if similarity else 0.0
    return cosine, near.words, float(near.standing == "same"), float(near.standing == "undecided"), 1.0


def logistic(rows: Floats, labels: Floats, shares: Floats) -> Floats:
    """Return the weights of a ridge logistic regression by Newton's steps; the last column is the constant.

    Args:
        rows: features, shape (rows, features).
        labels: 0 or 1 for each row.
        shares: how much each row counts.
    """
    ridge = RIDGE * np.eye(rows.shape[1])
    ridge[-1, -1] = 1e-9
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        found = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (shares * (found - labels)) + ridge @ weights
        step = np.linalg.solve((rows.T * (shares * found * (1 - found))) @ rows + ridge, slope)
        weights = weights - step
        if np.abs(step).max() < 10.0**-_PLACES / 10:
            break
    return weights


def _most(measured: Sequence[Measured], calibration: Calibration) -> Floats:
    return np.array([one.most(lambda near: probability(near, calibration)) for one in measured])


def _related(measured: Sequence[Measured], calibration: Calibration) -> float:
    """Return the middle of the thresholds that err on at most `RELATED_ERROR` in each of the four groups.

    Where there is none, of those that err least on the worst group. The middle of what will do, not the best on this
    half: the best is an accident of a few requests.
    """
    candidates = [round(float(place), _PLACES) for place in np.linspace(0.01, 0.99, 197)]
    errors = [worst(none_rates(measured, calibration, place)) for place in candidates]
    enough = max(min(errors), RELATED_ERROR) + 1e-9
    best = [place for place, error in zip(candidates, errors, strict=True) if error <= enough]
    return best[len(best) // 2]


def _least(measured: Sequence[Measured], calibration: Calibration, error: float) -> float:
    """Return the least threshold that at most this share of the off-topic requests reach, in either mode."""
    off_topic = {mode: [one for one in measured if one.mode == mode and not one.request.answerable] for mode in MODES}
    found = [np.quantile(_most(mine, calibration), 1 - error, method="higher") for mine in off_topic.values()]
    return round(min(float(max(found)) + 10.0**-_PLACES, 0.999), _PLACES)
