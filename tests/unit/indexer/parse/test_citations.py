"""Guideline paragraphs in the wording of each year."""

import pytest

from indexer.parse.citations import read_citations
from indexer.records import Citation, Span


def _read(text: str) -> tuple[Citation, ...]:
    return read_citations(Span(text=text, start=100, end=100 + len(text)), "imr")


Cited = tuple[str, str, int | None, tuple[str, ...], tuple[str, ...]]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        (
            (
                "Decision based on MTUS Low Back Complaints 2004, Section(s): Summary, Special Studies, and Chronic "
                "Pain Medical Treatment 2016, Section(s): Opioids."
            ),
            [
                ("MTUS", "Low Back Complaints", 2004, ("Summary", "Special Studies"), ()),
                ("MTUS", "Chronic Pain Medical Treatment", 2016, ("Opioids",), ()),
            ],
        ),
        (
            (
                "Decision based on MTUS Chronic Pain Treatment Guidelines Page(s): 63-66, 78. Decision based "
                "on Non-MTUS Citation Official Disability Guidelines (ODG), Pain Chapter, Urine drug testing "
                "(UDT); Opioids."
            ),
            [
                ("MTUS", "Chronic Pain Treatment Guidelines", None, (), ("63-66", "78")),
                ("ODG", "Pain Chapter, Urine drug testing (UDT); Opioids", None, (), ()),
            ],
        ),
        (
            (
                "The Expert Reviewer based his/her decision on the MTUS Knee Complaints 2004, Section(s): Summary, the "
                "Non-MTUS ACOEM Practice Guidelines, Knee Page(s): 12 and the Non-MTUS Journal of Knees."
            ),
            [
                ("MTUS", "Knee Complaints", 2004, ("Summary",), ()),
                ("ACOEM", "Knee", None, (), ("12",)),
                ("other", "Journal of Knees", None, (), ()),
            ],
        ),
        (
            (
                "The Physician Reviewer based his/her decision on the Low Back Complaints 2004 Page(s): 301, which "
                "is part of the MTUS, and the ACOEM Practice Guidelines, Low Back Page(s): 5, which is not part of "
                "the MTUS, and the Official Disability Guidelines (ODG), Fusion (spinal), which is not part of "
                "the MTUS."
            ),
            [
                ("MTUS", "Low Back Complaints", 2004, (), ("301",)),
                ("ACOEM", "Low Back", None, (), ("5",)),
                ("ODG", "Fusion (spinal)", None, (), ()),
            ],
        ),
        ("The Claims Administrator did not cite any medical evidence for its decision.", []),
    ],
)
def test_each_wording(text: str, cited: list[Cited]) -> None:
    read = _read(text)
    assert [(one.authority, one.title, one.year, one.sections, one.pages) for one in read] == cited


def test_spans_are_places_of_the_canonical_text() -> None:
    text = (
        "Decision based on MTUS Low Back Complaints 2004. Decision based on Non-MTUS Citation ODG, Pain; ACOEM, Back."
    )
    read = _read(text)
    assert [text[one.start - 100 : one.end - 100] for one in read] == [
        "Low Back Complaints 2004",
        "ODG, Pain",
        "ACOEM, Back",
    ]


def test_a_section_that_repeats_a_chapters_title_is_no_chapter() -> None:
    (one,) = _read("Decision based on MTUS General Approaches 2004, Section(s): Initial Approaches to Treatment.")
    assert one.sections == ("Initial Approaches to Treatment",)


def test_no_guideline_has_no_citations() -> None:
    assert read_citations(None, "imr") == ()
