"""The header block, in each form of each year."""

import datetime as dt

import pytest

from indexer.parse.header import read_date, read_header, read_stated_outcome
from indexer.parse.layouts import Layout


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("11/18/2016", dt.date(2016, 11, 18)),
        ("9/3/2013", dt.date(2013, 9, 3)),
        ("9-3-13", dt.date(2013, 9, 3)),
        ("10-30-2016", dt.date(2016, 10, 30)),
        ("September 3, 2008", dt.date(2008, 9, 3)),
        ("Sept. 3, 2008 or 10/30/2016", dt.date(2016, 10, 30)),
        ("Oct 30 2016", dt.date(2016, 10, 30)),
        ("13/45/2016", None),
        ("none given", None),
    ],
)
def test_dates_in_each_form(text: str, date: dt.date | None) -> None:
    assert read_date(text) == date


def test_two_columns_and_a_wrapped_label(layouts: dict[str, Layout]) -> None:
    text = (
        "Case Number: CM14-0012345 Date Assigned: 05/02/2014 Date of Injury: 06/11/2009 "
        "Decision Date: 07/15/2014 UR Denial Date: 03/06/2014 Priority: Standard "
        "UR Application\n\nReceived:\n03/24/2014"
    )
    header = read_header(text, layouts["layout-1"].header)
    assert (header.case_number, header.priority) == ("CM14-0012345", "Standard")
    assert header.dates.application_received == dt.date(2014, 3, 24)
    assert header.dates.ur_denial == dt.date(2014, 3, 6)


def test_the_block_of_2013(layouts: dict[str, Layout]) -> None:
    text = (
        "Dated: 7/15/2013 Date of UR Decision: 3/6/2013 Date of Injury: 6/11/2009 IMR Application Received: 3/24/2013 "
        "MAXIMUS Case Number: CM13-0000123 1) MAXIMUS Federal Services, Inc. has determined"
    )
    header = read_header(text, layouts["notice-2013"].header)
    assert (header.case_number, header.priority, header.dates.assigned) == ("CM13-0000123", None, None)
    assert header.dates.decision == dt.date(2013, 7, 15)
    assert header.dates.ur_denial == dt.date(2013, 3, 6)


def test_a_value_that_is_missing_is_not_taken_from_afar(layouts: dict[str, Layout]) -> None:
    header = read_header("Decision Date: " + "words and " * 20 + "01/01/2015", layouts["layout-1"].header)
    assert header.dates.decision is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Final Determination: UPHOLD. This means", "upheld"),
        ("Final\n\nDetermination: PARTIAL OVERTURN.", "partially_overturned"),
        ("Final Determination: Overturn", "overturned"),
        ("the final determination was made", None),
    ],
)
def test_what_a_cover_page_states(text: str, outcome: str | None) -> None:
    assert read_stated_outcome(text) == outcome
