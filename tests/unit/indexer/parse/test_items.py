"""Items in each form of layout, and each layout's law of counts."""

from collections.abc import Callable

import pytest

from config.errors import LetterRejected
from indexer.records import Determination

SHARED_RATIONALE = """IMR DECISION(S) AND RATIONALE(S)

1. The decision for an arthroscopy is overturned.

The Claims Administrator based its decision on nothing.

The Physician Reviewer based his/her decision on Knee Complaints, which is part of the MTUS.

The Physician Reviewer's decision rationale: It is due. The decision for a sling is upheld below.

2. The decision for a sling, size:
L, is upheld.
3. The request for a walker is not medically necessary and appropriate.

The Claims Administrator did not cite any guideline.

The Physician Reviewer found no guideline. The claims file names none.

The Physician Reviewer\u2019s decision rationale: Neither is due. The decision for these is upheld.
"""


def test_neighbouring_items_may_share_a_rationale(parse: Callable[[str], Determination]) -> None:
    letter = parse(SHARED_RATIONALE)
    assert [(item.title, item.outcome) for item in letter.items] == [
        ("an arthroscopy", "overturned"),
        ("a sling, size: L,", "upheld"),
        ("a walker", "upheld"),
    ]
    _, sling, walker = letter.items
    assert sling.rationale == walker.rationale
    assert sling.rationale.text == "Neither is due. The decision for these is upheld."
    assert walker.imr_guideline is not None
    assert walker.imr_guideline.text == "The Physician Reviewer found no guideline. The claims file names none."


NOTICE = """1) MAXIMUS Federal Services, Inc. has determined the request for a cane: wood is not medically necessary and
appropriate.

INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE

1) MAXIMUS Federal Services, Inc. has determined the request for a cane: wood is not medically necessary and
appropriate.

2) MAXIMUS Federal Services, Inc. has determined the request for a bed is medically necessary and appropriate.

Expert Reviewer Case Summary:
A woman of 50 years.

1) Regarding the request for a cane:
wood:

Medical Treatment Guideline(s) Relied Upon by the Expert Reviewer to Make His/Her
Decision:
None.

Rationale for the Decision:
She walks. This was medically necessary once.

2) Regarding the request for a bed:

Rationale for the Decision:
She lies.
"""


def test_a_notice_states_its_outcomes_apart(parse: Callable[[str], Determination]) -> None:
    letter = parse(NOTICE)
    assert [(item.title, item.outcome) for item in letter.items] == [
        ("a cane: wood", "upheld"),
        ("a bed", "overturned"),
    ]
    assert letter.items[0].imr_guideline is not None
    assert letter.items[0].imr_guideline.text == "None."
    assert letter.warnings[-1] == "item 2: no imr guideline"
    assert letter.patient.age == 50


def test_a_notice_that_ends_early_lacks_items(parse: Callable[[str], Determination]) -> None:
    letter = parse(NOTICE[: NOTICE.index("2) Regarding")])
    assert [item.title for item in letter.items] == ["a cane: wood"]
    assert letter.outcome is None
    assert "item 2: cut off before its rationale, left out" in letter.warnings


def test_a_notice_that_disagrees_with_itself_is_rejected(parse: Callable[[str], Determination]) -> None:
    with pytest.raises(LetterRejected, match="item 1: its decision is stated in two ways"):
        parse(NOTICE.replace("is not medically necessary and\n", "is medically necessary and\n", 1))


def test_an_item_whose_outcome_is_not_stated_is_rejected(parse: Callable[[str], Determination]) -> None:
    with pytest.raises(LetterRejected, match=r"no outcome for the item '2\) Regarding"):
        parse(NOTICE.replace("2) MAXIMUS Federal", "2) Maximal Federal"))


ISSUES = """ISSUE AT DISPUTE:
1. Whether the request for a cane was medically necessary.

2. Whether the request for a bed
was medically necessary.

MEDICAL TREATMENT GUIDELINE(S) RELIED UPON BY PROFESSIONAL REVIEWER AND WHY:
None.

RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS/WAS NOT MEDICALLY NECESSARY:
He walks.

RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE WAS
MEDICALLY NECESSARY:
He lies.

MEDICAL REVIEWER QUALIFICATIONS:
The reviewer is Board Certified in Surgery and is licensed to practice in Ohio.
"""


def test_issues_are_answered_in_their_order(parse: Callable[[str], Determination]) -> None:
    letter = parse(ISSUES)
    assert [(item.title, item.outcome, item.rationale.text) for item in letter.items] == [
        ("a cane", "upheld", "He walks."),
        ("a bed", "overturned", "He lies."),
    ]
    assert letter.reviewer.licensure == ("Ohio",)


def test_one_rationale_may_answer_every_issue(parse: Callable[[str], Determination]) -> None:
    text = ISSUES[: ISSUES.index("RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE WAS")]
    whole = text + ISSUES[ISSUES.index("MEDICAL REVIEWER") :]
    assert [item.rationale.text for item in parse(whole).items] == ["He walks.", "He walks."]
    # Without what follows the decisions, the second rationale is taken to be cut off.
    assert [item.title for item in parse(text).items] == ["a cane"]


def test_more_rationales_than_issues_are_rejected(parse: Callable[[str], Determination]) -> None:
    with pytest.raises(LetterRejected, match="1 issues but 2 rationales"):
        parse(ISSUES.replace("2. Whether", "And whether"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2. The decision for a sling", "4. The decision for a sling", "out of its place|does not read"),
        ("is overturned.", "is modified.", "does not read as an item's heading of layout-2"),
        ("The Physician Reviewer's decision rationale: It", "It", "out of its place: '2. The decision"),
    ],
)
def test_a_broken_law_is_named(parse: Callable[[str], Determination], old: str, new: str, reason: str) -> None:
    with pytest.raises(LetterRejected, match=reason):
        parse(SHARED_RATIONALE.replace(old, new))
