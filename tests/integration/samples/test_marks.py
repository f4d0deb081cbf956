"""Quotes and reasons against the marks of real letters: floors under the figures that eval/marks/README.md tells."""

from pathlib import Path

import pytest

from config.settings import load_settings
from eval.marks.deciding import measure
from eval.marks.gold import Marked, load_marked
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
    assert shares["all"].deciding >= 0.85
    assert shares["held_out"].deciding >= 0.84
    assert shares["all"].sentences < 2.8


def test_reasons_are_right_more_often_than_not(marked: list[Marked]) -> None:
    found = [(one.mark, {reason.code for reason in pattern_reasons(one.item)}) for one in marked]
    build = rightness(pair for pair in found if pair[0].half == "build")[0]
    held_out = rightness(pair for pair in found if pair[0].half == "held_out")[0]
    assert (build.precision or 0) >= 0.9
    assert (build.recall or 0) >= 0.9
    assert (held_out.precision or 0) >= 0.75
    assert (held_out.recall or 0) >= 0.7
