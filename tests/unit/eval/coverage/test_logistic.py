"""Fitting: the logistic is the textbook one, thresholds err least, halves never move."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from config.calibration import Calibration, load_calibrations
from eval.coverage.fit import write_calibrations
from eval.coverage.logistic import MOST_DECIDED, fit, fit_uncalibrated, logistic, none_rates, worst
from eval.coverage.measure import MODES, Measured
from eval.coverage.texts import Request
from service.coverage import Nearness, Standing, coverage


def measured(
    identity: str, similarity: float, words: float, *, answerable: bool, standing: Standing = "unknown"
) -> list[Measured]:
    request = Request(id=identity, kind="title" if answerable else "other", text="x", answerable=answerable)
    items = (Nearness(similarity=similarity, words=words, standing=standing),)
    return [Measured(request=request, mode=mode, items=items) for mode in MODES]


FAR = [one for number in range(20) for one in measured(f"f{number}", 0.02 * number, 0.01 * number, answerable=False)]
NEAR = [one for number in range(20) for one in measured(f"n{number}", 0.5 + 0.02 * number, 0.6, answerable=True)]


def test_the_weights_are_where_the_slope_is_nothing() -> None:
    generator = np.random.default_rng(7)
    rows = np.c_[generator.normal(size=(200, 2)), np.ones(200)]
    labels = (rows[:, 0] + generator.normal(size=200) > 0).astype(float)
    weights = logistic(rows, labels, np.ones(200))
    found = 1 / (1 + np.exp(-rows @ weights))
    slope = rows.T @ (found - labels) + 0.05 * np.array([weights[0], weights[1], 0])
    assert np.abs(slope).max() < 1e-2
    assert weights[0] > 1 > abs(weights[1])


def test_what_can_be_told_apart_is() -> None:
    calibration = fit([*FAR, *NEAR], "mine", "abc")
    assert worst(none_rates([*FAR, *NEAR], calibration, calibration.related)) == 0
    assert {coverage(one.items[0], calibration) for one in FAR} == {"none"}
    assert {coverage(one.items[0], calibration) for one in NEAR} == {"close"}


def test_without_similarity_words_alone_are_weighed() -> None:
    calibration = fit_uncalibrated([*FAR, *NEAR])
    assert calibration.similarity == 0
    assert calibration.words > 0
    assert not calibration.calibrated


def test_a_shared_treatment_never_counts_more_than_its_cap() -> None:
    same = [one for number in range(20) for one in measured(f"s{number}", 0.1, 0.1, answerable=True, standing="same")]
    assert fit([*FAR, *NEAR, *same], "mine", "abc").decided == MOST_DECIDED


def test_rates_are_those_of_the_likeliest_item() -> None:
    calibration = fit([*FAR, *NEAR], "mine", "abc")
    both = [
        Measured(request=far.request, mode=far.mode, items=(*far.items, *near.items))
        for far, near in zip(FAR, NEAR, strict=True)
    ]
    assert none_rates(both, calibration, calibration.related)["vocabulary", False] == 0


@given(st.text(min_size=1, max_size=10))
def test_a_half_goes_by_the_id_alone(identity: str) -> None:
    one, other = (Request(id=identity, kind="title", text=text, answerable=True) for text in ("a", "b"))
    assert one.half == other.half


def test_writing_replaces_a_model_s_own_calibration_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    first = Calibration("one", "1", 1.0, 1.0, 1.0, -1.0, -1.0, 0.5, 0.9)
    write_calibrations(path, [first, Calibration("two", "2", 1.0, 1.0, 1.0, -1.0, -1.0, 0.5, 0.9)])
    write_calibrations(path, [Calibration("two", "2", 2.0, 1.0, 1.0, -1.0, -1.0, 0.5, 0.9)])
    found = load_calibrations.__wrapped__(path)
    assert [(one.model, one.similarity) for one in found] == [("one", 1.0), ("two", 2.0)]
