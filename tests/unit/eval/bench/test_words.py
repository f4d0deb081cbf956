"""The lexical index's measurements: made-up items are the same each time, and every figure is there."""

from pathlib import Path

import msgspec
import pytest

from eval.bench.made_items import MadeItems
from eval.bench.words import drift, growth, measure, searches
from eval.bench.words_report import LIMIT, Report, markdown
from indexer.store.words import Words
from indexer.store.words_writing import write_words

SIZE = 1_200


@pytest.fixture(scope="module")
def made() -> MadeItems:
    """Items of one seed."""
    return MadeItems(1)


@pytest.fixture(scope="module")
def folder(made: MadeItems, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of some of them."""
    folder = tmp_path_factory.mktemp("bench") / "words"
    write_words(folder, made.bodies(0, SIZE))
    return folder


def test_the_same_slots_get_the_same_texts(made: MadeItems) -> None:
    every = dict(made.bodies(0, SIZE))
    assert list(every) == list(range(SIZE))
    assert dict(made.bodies(990, 1_010)) == {slot: every[slot] for slot in range(990, 1_010)}
    assert dict(MadeItems(1).bodies(5, 6)) == {5: every[5]}
    assert dict(MadeItems(2).bodies(5, 6)) != {5: every[5]}


def test_texts_are_as_long_as_said(made: MadeItems) -> None:
    lengths = [len(rationale.split()) for _, (_, rationale) in made.bodies(0, SIZE)]
    assert 95 < sum(lengths) / len(lengths) < 105
    assert all(300 <= len(page.split(" ")) <= 600 for page in made.pages(20))
    assert len(set(made.titles(20))) > 10


def test_masks_hold_back_and_far_ones_are_far(made: MadeItems, folder: Path) -> None:
    found = {
        (one.asked.texts, one.asked.stemmed, one.asked.allowed): one for one in searches(made, Words(folder), SIZE, 3)
    }
    assert len(found) == 28
    assert found["pages", True, "all"].found >= LIMIT
    assert 0 < found["pages", True, "1.0% at random"].found < 30
    assert found["pages", True, "10.0% far from the text"].found <= found["pages", True, "10.0% at random"].found


def test_growth_links_what_it_keeps(made: MadeItems, folder: Path) -> None:
    grown = growth(made, folder, SIZE)
    assert (grown.added, grown.dead) == (1_000, 100)
    assert 0 < grown.linked < grown.files
    assert grown.bytes_written > 0


def test_the_more_is_deleted_the_more_scores_drift(made: MadeItems) -> None:
    drifts = list(drift(made, SIZE, 4))
    assert [one.dropped for one in drifts] == [0.01, 0.1, 0.3]
    assert 0 < drifts[0].score < drifts[2].score < 0.2
    assert all(0.5 < one.first_200 <= 1 and 0.5 < one.first_ten <= 1 for one in drifts)


def test_the_report_says_all_of_it(folder: Path) -> None:
    report = measure(SIZE, folder, 2, 200)
    assert report.seconds_to_write is None
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    told = markdown(report)
    assert told.count("\n| ") == 28 + 3 + 4
    assert "1,000 items added and 100 deleted" in told
