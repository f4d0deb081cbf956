"""Items that stand or fall with another."""

import pytest

from indexer.parse.dependence import dependences
from indexer.parse.normalise import Normaliser
from indexer.parse.titles import read_title


@pytest.mark.parametrize(
    ("titles", "depend_on"),
    [
        (["Arthroscopy", "Assistant surgeon", "Pre-op EKG", "Post-operative therapy"], [None, 1, 1, 1]),
        (["Pre-operative labs", "Arthroscopy"], [2, None]),
        (["Arthroscopy", "Shoulder sling", "Cold therapy unit"], [None, 1, 1]),
        (["Cold therapy unit", "Norco"], [None, None]),
        (["Joint injection", "Ultrasound guidance for joint injection"], [None, 1]),
        (["Joint injection", "Shoulder sling"], [None, None]),
        (["TENS unit", "Supplies: electrodes"], [None, 1]),
        (["Arthroscopy", "Norco", "Lumbar fusion", "Assistant surgeon"], [None, None, None, 3]),
    ],
)
def test_dependent_items(normaliser: Normaliser, titles: list[str], depend_on: list[int | None]) -> None:
    asked = [read_title(title) for title in titles]
    treatments = [normaliser.treatments(title) for title in titles]
    assert list(dependences(asked, treatments)) == depend_on
