"""What a model's similarities are worth when coverage is judged: config/coverage.toml, made by `eval.coverage.fit`."""

import functools
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import SettingsFault
from config.resources import COVERAGE

UNCALIBRATED = "uncalibrated"
_NAMES = ("model", "weights_sha256")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic over a request's nearness, and the probabilities from which it is covered.

    The probability that the index answers an item is 1 / (1 + exp(-z)), z = constant + similarity * (cosine of the
    nearest passage) + words * (word share) + decided (where decisions share the treatment asked for) + undecided (where
    the treatment is known and no decision does). `related` and `close` are probabilities.
    """

    model: str
    weights_sha256: str
    similarity: float
    words: float
    decided: float
    undecided: float
    constant: float
    related: float
    close: float

    @property
    def calibrated(self) -> bool:
        """Whether it was fitted to a model; else similarities say nothing."""
        return self.model != UNCALIBRATED


@functools.cache
def load_calibrations(path: Path = COVERAGE) -> tuple[Calibration, ...]:
    """Read the calibrations of a file.

    Raises:
        SettingsFault: the file is missing or broken, or a weight has the wrong sign.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["calibration"]
        return tuple(_read(entry) for entry in entries)
    except OSError as error:
        raise SettingsFault(f"calibration file {path}: {error.strerror}") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SettingsFault(f"calibration file {path}: {type(error).__name__}: {error}") from None


def calibration_for(model: str, weights_sha256: str, path: Path = COVERAGE) -> Calibration:
    """Return a model's calibration, or the one without similarities for a model that has none.

    Raises:
        SettingsFault: the file is missing or broken.
    """
    known = {(one.model, one.weights_sha256): one for one in (*load_calibrations(COVERAGE), *load_calibrations(path))}
    found = known.get((model, weights_sha256)) or known.get((UNCALIBRATED, ""))
    if found is None:
        raise SettingsFault(f"calibration file {path}: no calibration named '{UNCALIBRATED}'")
    return found


def _read(entry: dict[str, Any]) -> Calibration:
    """Read one entry; whatever is wrong with it is a ValueError or a TypeError."""
    weights = {name: float(value) for name, value in entry.items() if name not in _NAMES}
    one = Calibration(**{name: str(entry[name]) for name in _NAMES}, **weights)  # type: ignore[arg-type] # by name, of TOML
    if not all(math.isfinite(weight) for weight in weights.values()):
        raise ValueError(f"{one.model}: not every weight is a number")
    if min(one.similarity, one.words, one.decided, -one.undecided) < 0:
        raise ValueError(
            f"{one.model}: similarity, words and decided cannot count against a request, nor undecided for it"
        )
    if not 0 < one.related <= one.close < 1:
        raise ValueError(f"{one.model}: related and close are probabilities, related the lower")
    return one
