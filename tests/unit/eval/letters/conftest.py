"""Two letters written here, so that what the tests expect does not depend on the packaged samples."""

import datetime as dt

import pytest

from eval.letters.records import (
    SampleDates,
    SampleGuideline,
    SampleItem,
    SampleLetter,
    SamplePatient,
    SampleReviewer,
)
from eval.letters.source import load_samples

LOW_BACK = SampleGuideline("MTUS", "Low Back Complaints", 2004, ("Special Studies", "Summary"))
ODG = SampleGuideline("ODG", "Pain Chapter, Opioids")
SESSIONS = "Physical therapy for the left knee, six sessions"
FRAMED = (
    "Physical therapy for the left knee, twelve sessions was the original request. "
    f"{SESSIONS} was authorized by the Claims Administrator. The remaining IMR eligible portion of the "
    f"original request, {SESSIONS}"
)
DATES = SampleDates(
    injury=dt.date(2013, 4, 2),
    ur_denial=dt.date(2016, 8, 19),
    application_received=dt.date(2016, 9, 1),
    assigned=dt.date(2016, 9, 7),
    decision=dt.date(2016, 10, 3),
)


@pytest.fixture(scope="session")
def mixed_letter() -> SampleLetter:
    """Three items: one framed, two that share a rationale; a cover page; words with hyphens."""
    shared = (
        "No operation is approved on this record, so neither clearance nor helper at the table has "
        'anything to attach to. The file of 08-19-2016 calls both "routine".'
    )
    return SampleLetter(
        case="TEST-0001",
        priority="Standard",
        summary="A 52 year old male hurt the left knee.\n\nThe review upheld the denial of 08-19-2016.",
        dates=DATES,
        reviewer=SampleReviewer(("California", "Texas"), ("Orthopedic Surgery", "Sports Medicine")),
        patient=SamplePatient(52, "male"),
        items=(
            SampleItem(
                title=FRAMED,
                request=SESSIONS,
                outcome="overturned",
                rationale=f"Six visits remain. {'The knee is well-documented, L4-5 too. ' * 40}\n\nGranted.",
                claims_administrator_guideline=(LOW_BACK, ODG),
                imr_guideline=(LOW_BACK,),
            ),
            SampleItem("Pre-op clearance: EKG, labs", "upheld", shared, imr_guideline=(ODG,)),
            SampleItem("Assistant surgeon", "upheld", shared, depends_on=2, imr_guideline=(ODG,)),
        ),
        cover_page=True,
    )


@pytest.fixture(scope="session")
def plain_letter() -> SampleLetter:
    """One item, nothing cited, a reviewer of one specialty."""
    return SampleLetter(
        case="TEST-0002",
        priority="Expedited",
        summary="The patient is a 41-year-old woman with pain of the low back.",
        dates=DATES,
        reviewer=SampleReviewer(("Nevada",), ("Pain Management",)),
        patient=SamplePatient(41, "female"),
        items=(
            SampleItem(
                title="Norco 10/325mg #60",
                outcome="upheld",
                rationale=(
                    "The notes say what hurts but not what the tablets change. Without any record of a "
                    "function regained, of a pill count or of a screen of urine there is no ground for two "
                    "more months."
                ),
            ),
        ),
    )


@pytest.fixture(scope="session")
def letters(mixed_letter: SampleLetter, plain_letter: SampleLetter) -> tuple[SampleLetter, ...]:
    """The two letters and every packaged sample."""
    return (mixed_letter, plain_letter, *load_samples())
