"""Where a treatment that names no place is to be given."""

import pytest

from indexer.parse.normalise import default_normaliser
from service.understand import understand

NORMALISER = default_normaliser()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Physical therapy and acupuncture for the left knee", [("knee",), ("knee",)]),
        ("Diagnosis: left knee sprain\nRequested: physical therapy 2x6\nOther: see note", [("knee",)]),
        ("Diagnosis: left knee sprain, low back pain\nRequested: physical therapy 2x6", [()]),
        ("Diagnosis: left knee sprain\nRequested: gabapentin 300mg #90", [()]),
    ],
)
def test_the_one_part_in_play_is_taken(text: str, wanted: list[tuple[str, ...]]) -> None:
    assert [item.body_regions for item in understand(text, NORMALISER, 12)] == wanted


def test_a_side_is_taken_from_the_diagnosis() -> None:
    (item,) = understand("Diagnosis: left knee sprain\nRequested: physical therapy 2x6", NORMALISER, 12)
    assert item.laterality == ("left",)


def test_two_sides_in_play_leave_it_open() -> None:
    text = "Diagnosis: left knee sprain\nThe right knee is stiff as well.\nRequested: knee brace"
    (item,) = understand(text, NORMALISER, 12)
    assert item.laterality == ()
