"""What a precedent was decided under."""

from datetime import date, timedelta

import msgspec
import pytest

from config.editions import load_editions
from indexer.records import Citation, Dates, Determination
from service.editions import decided_under


def cited(letter: Determination, title: str, day: date | None, **changes: str) -> list[tuple[str, str]]:
    """The editions an item is decided under that cites one chapter on a day."""
    citation = Citation(authority="MTUS", title=title, year=None, sections=(), pages=(), start=0, end=0, cited_by="imr")
    item = msgspec.structs.replace(letter.items[0], citations=(msgspec.structs.replace(citation, **changes),))
    dated = msgspec.structs.replace(letter, dates=Dates(decision=day))
    return [(edition.chapter, edition.edition) for edition in decided_under(dated, item)]


@pytest.fixture(scope="module")
def letter(sample_determinations: tuple[Determination, ...]) -> Determination:
    return sample_determinations[0]


@pytest.mark.parametrize("title", ["Chronic Pain Medical Treatment", "Chronic Pain Medical Treatment Guidelines"])
def test_the_chronic_pain_chapter_changed_in_july_2016(letter: Determination, title: str) -> None:
    before = cited(letter, title, date(2016, 7, 27))
    after = cited(letter, title, date(2016, 7, 28))
    assert [edition for _, edition in before] == ["2009"]
    assert [edition for _, edition in after] == ["2016"]


def test_the_old_low_back_chapter_ended_when_the_new_ones_came(letter: Determination) -> None:
    assert cited(letter, "Low Back Complaints", date(2017, 11, 30))
    assert cited(letter, "Low Back Complaints", date(2018, 6, 1)) == []
    assert cited(letter, "Low Back Disorders", date(2018, 6, 1))


def test_nothing_is_claimed_without_a_date_or_beyond_the_mtus(letter: Determination) -> None:
    day = date(2016, 10, 3)
    assert cited(letter, "Low Back Complaints", None) == []
    assert cited(letter, "Low Back Complaints", day, authority="ODG") == []
    assert cited(letter, "Low Back Complaints", day, cited_by="claims_administrator") == []
    assert cited(letter, "A chapter of nobody", day) == []


def test_editions_of_one_chapter_never_overlap_and_end_after_they_begin() -> None:
    editions = load_editions()
    for edition in editions:
        assert edition.effective_to is None or edition.effective_from <= edition.effective_to, edition
        assert edition.source
        assert not edition.in_force(edition.effective_from - timedelta(days=1))
    for first in editions:
        for second in editions:
            if first is not second and first.chapter == second.chapter:
                later = max(first, second, key=lambda edition: edition.effective_from)
                earlier = second if later is first else first
                assert not earlier.in_force(later.effective_from), (first, second)
