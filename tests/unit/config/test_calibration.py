"""Calibrations of coverage: found by model and weights, refused where they make no sense."""

from pathlib import Path

import pytest

from config.calibration import UNCALIBRATED, calibration_for, load_calibrations
from config.errors import SettingsFault
from indexer.embed import DEFAULT_WEIGHTS_SHA256

GOOD = """[[calibration]]
model = "mine"
weights_sha256 = "abc"
similarity = 10
words = 9.5
decided = 2.0
undecided = -1.0
constant = -6.0
related = 0.4
close = 0.8
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_the_packaged_file_knows_the_default_model() -> None:
    assert calibration_for("all-MiniLM-L6-v2", DEFAULT_WEIGHTS_SHA256).model == "all-MiniLM-L6-v2"


def test_a_model_goes_by_its_weights_not_by_its_name() -> None:
    assert calibration_for("all-MiniLM-L6-v2", "other weights").model == UNCALIBRATED


def test_an_own_file_adds_to_the_packaged_one(own: Path) -> None:
    assert calibration_for("mine", "abc", own).similarity == 10
    assert calibration_for("all-MiniLM-L6-v2", DEFAULT_WEIGHTS_SHA256, own).calibrated
    assert not calibration_for("mine", "abd", own).calibrated


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("similarity = 10", "similarity = -1"),
        ("undecided = -1.0", "undecided = 1.0"),
        ("words = 9.5", "words = nan"),
        ("words = 9.5", "words = 'many'"),
        ("related = 0.4", "related = 0.9"),
        ("close = 0.8", "close = 1.0"),
        ("close = 0.8", ""),
        ("close = 0.8", "close = 0.8\nnear = 1"),
        ("[[calibration]]", "[[calibrations]]"),
        ("[[calibration]]", "[[calibration"),
    ],
)
def test_a_broken_file_is_one_line_that_names_it(own: Path, old: str, new: str) -> None:
    own.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsFault, match=r"calibration file .*own\.toml") as caught:
        load_calibrations.__wrapped__(own)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match=r"nowhere\.toml: No such file"):
        load_calibrations(tmp_path / "nowhere.toml")
