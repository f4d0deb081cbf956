"""What a heading asks for."""

import pytest

from indexer.parse.titles import in_dispute, read_quantity, read_title


def test_a_plain_title_is_its_request() -> None:
    asked = read_title("Norco 10/325mg #60")
    assert (asked.title, asked.request, asked.quantity, asked.retrospective) == (
        "Norco 10/325mg #60",
        "Norco 10/325mg #60",
        "#60",
        False,
    )


@pytest.mark.parametrize(
    "frame",
    [
        (
            "PT x 12 was the original request. PT x 6 was authorized by the Claims Administrator. "
            "The remaining IMR eligible portion of the original request, PT six sessions"
        ),
        (
            "PT was the original request. The Claims Administrator authorized PT x 2, leaving the original request IMR "
            "eligible. The original request, PT six sessions"
        ),
    ],
)
def test_only_the_last_part_of_a_frame_is_in_dispute(frame: str) -> None:
    asked = read_title(frame)
    assert (asked.title, asked.request, asked.quantity) == (frame, "PT six sessions", "six sessions")


def test_no_frame_leaves_nothing_apart() -> None:
    assert in_dispute("Norco #60") is None
    assert in_dispute("The original request,") is None


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("PT, 2 times a week for 6 weeks", "2 times a week for 6 weeks"),
        ("PT 3 x 4", "3 x 4"),
        ("Synvisc, QTY: 1", "QTY: 1"),
        ("Cold unit, 14 day rental", "14 day"),
        ("Acupuncture, 8 visits", "8 visits"),
        ("MRI of L4-5", None),
        ("L4-5 epidural steroid injection", None),
        ("Crown, tooth #19", None),
        ("Norco #60 with 2 refills", "#60 with 2 refills"),
        ("PT 2x6 left knee", "2x6"),
        ("Acupuncture 2 x 6 weeks", "2 x 6 weeks"),
        ("Therapy twice a week for 3 weeks", "twice a week for 3 weeks"),
        ("Home care 4 hours/day, 5 days per week for 6 weeks", "4 hours/day, 5 days per week for 6 weeks"),
        ("Follow-up every 3 months for 1 year", "every 3 months for 1 year"),
        ("Drug screen, monthly x 3", "monthly x 3"),
        ("Euflexxa, series of 3", "series of 3"),
        ("Naloxone spray, 1 box of 2", "1 box"),
        ("Taxi, 10 round trips", "10 round trips"),
        ("Suspension 10mg/5ml 500ml", "500ml"),
        ("Cream 20%, 120 gm", "120 gm"),
    ],
)
def test_quantities_as_written(text: str, quantity: str | None) -> None:
    assert read_quantity(text) == quantity


@pytest.mark.parametrize("title", ["Retrospective: Norco", "Sling, DOS 1/15/16", "Retro request for MRI"])
def test_retrospective_requests(title: str) -> None:
    assert read_title(title).retrospective
