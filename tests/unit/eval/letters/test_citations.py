"""Guidelines are worded as letters of each period word them."""

import pytest

from eval.letters.citations import based_its_decision, based_on, part_of_the_mtus
from eval.letters.records import SampleGuideline

SHOULDER = SampleGuideline("MTUS", "Shoulder Complaints", 2004, ("Special Studies", "Summary"))
CHRONIC = SampleGuideline("MTUS", "Chronic Pain Medical Treatment Guidelines", pages=("78-80", "91"))
ODG = SampleGuideline("ODG", "Pain Chapter, Opioids")
ACOEM = SampleGuideline("ACOEM", "Independent Medical Examinations and Consultations", pages=("127",))
OTHER = SampleGuideline("other", "Drug information, accessed 2016.")


def test_mtus_chapters_come_first_with_sections_and_pages() -> None:
    assert based_on((ODG, SHOULDER, CHRONIC), "The Expert Reviewer") == (
        "Decision based on MTUS Shoulder Complaints 2004, Section(s): Special Studies, Summary, and Chronic "
        "Pain Medical Treatment Guidelines Page(s): 78-80, 91. Decision based on Non-MTUS Citation Official "
        "Disability Guidelines (ODG), Pain Chapter, Opioids."
    )


def test_citations_outside_of_the_mtus_alone_are_announced() -> None:
    assert based_on((ACOEM, OTHER), "The Claims Administrator") == (
        "The Claims Administrator based their decision on recommendation(s) outside of the MTUS Guidelines. "
        "Decision based on Non-MTUS Citation ACOEM Practice Guidelines, Independent Medical Examinations and "
        "Consultations Page(s): 127. Decision based on Non-MTUS Citation Drug information, accessed 2016."
    )


def test_an_authority_that_the_title_names_is_not_named_twice() -> None:
    named = SampleGuideline("ACOEM", "ACOEM Occupational Medicine Practice Guidelines, 3rd ed.")
    assert "ACOEM Practice Guidelines, ACOEM" not in based_on((named,), "The Expert Reviewer")


def test_early_2014_names_both_kinds_in_one_sentence() -> None:
    assert based_its_decision((CHRONIC, ODG), "The Expert Reviewer") == (
        "The Expert Reviewer based his/her decision on the MTUS Chronic Pain Medical Treatment Guidelines "
        "Page(s): 78-80, 91 and the Non-MTUS Official Disability Guidelines (ODG), Pain Chapter, Opioids."
    )


def test_2013_says_what_is_part_of_the_mtus() -> None:
    assert part_of_the_mtus((CHRONIC, ODG), "The Claims Administrator") == (
        "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines "
        "Page(s): 78-80, 91, which is part of the MTUS, and the Official Disability Guidelines (ODG), Pain "
        "Chapter, Opioids, which is not part of the MTUS."
    )


@pytest.mark.parametrize("worded", [based_on, based_its_decision, part_of_the_mtus])
def test_nothing_cited_is_said_in_every_period(worded: object) -> None:
    assert callable(worded)
    told = worded((), "The Expert Reviewer")
    assert told == "The Expert Reviewer did not cite any medical evidence for its decision."
