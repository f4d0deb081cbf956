"""Phrases that several layouts share: dates, outcomes, credentials, boilerplate.

Headings and labels are the letters' own. The boilerplate keeps their sense in words of our own, because no
text of a real letter is copied into the project; the two sentences that open the summary and the decisions
are kept, since a reader has to know them as labels.
"""

import datetime as dt
from collections.abc import Sequence

from eval.letters.records import SampleLetter

HOW_MADE = "HOW THE IMR FINAL DETERMINATION WAS MADE"
SUMMARY = "CLINICAL CASE SUMMARY"
DECISIONS_INTRODUCED = "The Final Determination was based on decisions for the disputed items/services set forth below:"
NOTICE_TITLE = (
    "MAXIMUS FEDERAL SERVICES, INC.",
    "Independent Medical Review",
    "Notice of Independent Medical Review Determination",
)
NECESSARY = {
    "upheld": "not medically necessary and appropriate",
    "overturned": "medically necessary and appropriate",
}


def padded(date: dt.date) -> str:
    """Write a date as the letters of 2014 on do: 01/04/2017."""
    return date.strftime("%m/%d/%Y")


def unpadded(date: dt.date) -> str:
    """Write a date as the letters of 2013 do: 1/4/2017."""
    return f"{date.month}/{date.day}/{date.year}"


def joined(names: Sequence[str]) -> str:
    """Join names as prose does: 'A', 'A and B', 'A, B and C'."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def summary_introduced(reviewer: str) -> str:
    """Return the sentence that opens the clinical case summary."""
    return (
        f"The {reviewer} developed the following clinical case summary based on a review of the case file, "
        "including all medical records:"
    )


def independence(reviewer: str) -> str:
    """Return how the reviewer was chosen: the same words in every letter."""
    return (
        f"MAXIMUS Federal Services gave the whole case file to an independent {reviewer}. The reviewer has "
        "no ties to the employer, the employee, the providers or the claims administrator."
    )


def experience() -> str:
    """Return what every reviewer is said to bring: the same words in every letter."""
    return (
        "He/she has practiced clinically for more than five years, still does so for 24 hours a week or "
        "more, and was chosen because training and experience fit the medical condition and the disputed "
        "items/services. He/she knows the laws and regulations that govern this review, the strength of "
        "evidence hierarchy among them."
    )


def credentials(letter: SampleLetter, reviewer: str) -> str:
    """Return the reviewer's credentials in prose, as letters had them until 2014."""
    board, *others = letter.reviewer.specialties
    subspecialty = f"has a subspecialty in {joined(others)}, and " if others else "and "
    comma = "," if others else ""
    return (
        f"The {reviewer} is Board Certified in {board}{comma} {subspecialty}"
        f"is licensed to practice in {joined(letter.reviewer.licensure)}."
    )


def how_made(letter: SampleLetter, reviewer: str) -> str:
    """Return the paragraph on the reviewer with the credentials inside it."""
    return f"{independence(reviewer)} {credentials(letter, reviewer)} {experience()}"


def documents(letter: SampleLetter) -> tuple[str, ...]:
    """Return the documents that a letter of 2013 lists as reviewed."""
    dates = letter.dates
    return (
        f"Application for Independent Medical Review (dated {unpadded(dates.application_received)})",
        f"Utilization Review Determination (dated {unpadded(dates.ur_denial)})",
        "Medical Records from the Claims Administrator",
        "Medical Treatment Utilization Schedule (MTUS)",
    )
