"""Near-duplicates among real letters, as read and judged by hand (ids and judgements only)."""

from pathlib import Path

import pytest

from config.settings import load_settings
from indexer.alike import alike
from indexer.letters import parse_file
from indexer.records import DisputedItem

LETTERS = Path(__file__).parents[4] / "shared" / "letters"
# Pairs of the same treatment and outcome that share .45 to .99 of their word triples, most first.
SAME = ["CM16-0245466#4 CM17-0009995#1", "CM17-0011517#1 CM17-0015849#1", "CM17-0006912#1 CM17-0006912#2"]
APART = [
    "CM17-0008577#1 CM17-0012614#1",
    "CM17-0014320#1 CM17-0014320#2",
    "CM17-0006634#2 CM17-0006634#3",
    "CM17-0016204#1 CM17-0016204#2",
    "CM16-0249536#2 CM16-0249536#3",
    "CM16-0247274#5 CM16-0247274#6",
    "CM17-0008479#7 CM17-0008479#8",
    "CM16-0239190#1 CM16-0248233#1",
]


def item(name: str) -> DisputedItem:
    case, _, number = name.partition("#")
    found = parse_file(LETTERS / f"{case}.pdf", load_settings().reading).item(int(number))
    assert found
    return found


@pytest.mark.real
@pytest.mark.parametrize("pair", [*SAME, *APART])
def test_pairs_judged_by_hand(pair: str) -> None:
    if not LETTERS.exists():
        pytest.skip("the real letters of ../shared are not here")
    one, other = map(item, pair.split())
    assert alike(one, other) is (pair in SAME)
