"""Quotes and reasons against the marks of real letters: floors under the figures that eval/marks/README.md tells."""

from pathlib import Path

import pytest

from config.settings import load_settings
from eval.marks.deciding import measure
from eval.marks.gold import HALVES, UNREAD, Marked, load_marked
from eval.marks.reasons import rightness
from indexer.reasons import pattern_reasons
from indexer.sources import read_letters
from service.deciding import deciding_quote
from tests.support.fake_index import FakeIndex

LETTERS = Path(__file__).parents[4] / "shared" / "letters"
SEEDS = LETTERS.parent / "seeds"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LETTERS.is_dir(), reason="the real letters are not beside the project"),
]


@pytest.fixture(scope="module")
def marked() -> list[Marked]:
    """The marked items, read from the letters."""
    files = sorted(path for folder in (LETTERS, SEEDS) for path in folder.glob("*.*"))
    results = read_letters(files, load_settings().reading)
    return load_marked(FakeIndex(*(result.determination for result in results if result.determination)))


def test_quotes_hold_the_deciding_sentence(marked: list[Marked]) -> None:
    def ours(one: Marked) -> tuple[int, int]:
        place = deciding_quote(one.item, pattern_reasons(one.item), one.item.request, 3)
        return place.start, place.end

    shares = {share.half: share for share in measure(marked, {"ours": ours})}
    assert shares["all"].deciding >= 0.87
    assert all(shares[half].deciding >= 0.84 for half in HALVES)
    assert shares["all"].sentences < 2.8


@pytest.mark.parametrize(
    ("half", "precision", "recall"),
    [("build", 0.92, 0.9), ("held_out", 0.9, 0.87), ("second_build", 0.9, 0.84), (UNREAD, 0.83, 0.72)],
)
def test_reasons_are_mostly_right(marked: list[Marked], half: str, precision: float, recall: float) -> None:
    found = [
        (one.mark, {reason.code for reason in pattern_reasons(one.item)}) for one in marked if one.mark.half == half
    ]
    overall = rightness(found)[0]
    assert (overall.precision or 0) >= precision
    assert (overall.recall or 0) >= recall
