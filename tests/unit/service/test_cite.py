"""How a precedent is cited."""

import datetime as dt

import msgspec
import pytest

from indexer.records import Dates, Determination, DisputedItem
from service.cite import NOTICE, cite_as
from tests.support.fake_index import Decided, letter


@pytest.fixture
def decided() -> Determination:
    made = letter("CM16-0000000-0a1b2c3d", "CM16-0000000", Decided("Tramadol", "No.", "tramadol"))
    return msgspec.structs.replace(made, dates=Dates(decision=dt.date(2016, 12, 19)))


def item_of(determination: Determination, page: int | None = None) -> DisputedItem:
    item = determination.items[0]
    return msgspec.structs.replace(item, rationale=msgspec.structs.replace(item.rationale, page=page))


def test_whole(decided: Determination) -> None:
    assert cite_as(decided, item_of(decided, 2)) == "IMR Case No. CM16-0000000, decided 2016-12-19, item 1, p. 2"


def test_a_quotes_own_page_wins(decided: Determination) -> None:
    assert cite_as(decided, item_of(decided, 2), 3).endswith("item 1, p. 3")


def test_what_is_not_known_is_left_out(decided: Determination) -> None:
    bare = msgspec.structs.replace(decided, dates=Dates(), case_number=None)
    assert cite_as(bare, item_of(bare)) == "IMR Case No. (not stated; CM16-0000000-0a1b2c3d), item 1"


def test_the_notice_says_what_a_reader_must_know() -> None:
    assert "not binding" in NOTICE
    assert "no legal or medical advice" in NOTICE
