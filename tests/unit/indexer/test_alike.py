"""Whether two rationales say the same: particulars may differ, a sentence that decides may not."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.alike import alike, mask
from indexer.records import DisputedItem
from tests.support.fake_index import Decided, letter

TEMPLATE = (
    "Guidelines support opioids for chronic pain where function improves and the risk of misuse is watched closely. "
    "Pain agreements, pill counts and urine screens belong in the record of every patient who takes them for long. "
    "Doses above the usual range call for a specialist who has seen the patient and set out a plan of care. "
    "A trial of weaning is advised each year once pain is under control and work has been taken up again. "
)
REASON = "In this case 60 tablets were requested on March 3, 2015 for the left knee and no pill count is on record."
OTHER_REASON = "In this case the tablets were given by two doctors at once, neither of whom knew of it."


def item(rationale: str, title: str = "Norco", **changed: Any) -> DisputedItem:
    made = letter("A-aa", "A", Decided(title, rationale, "hydrocodone")).items[0]
    return msgspec.structs.replace(made, **changed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (REASON, REASON.upper().replace(" ", "  ")),
        (REASON, REASON.replace("60", "120")),
        (REASON, REASON.replace("60", "ninety 90").replace("ninety", "(twelve)")),
        (REASON, REASON.replace("March 3, 2015", "11/12/2016")),
        (REASON, REASON.replace("left", "right")),
        (REASON, REASON.replace("tablets", "pills")),
    ],
)
def test_particulars_make_no_other_reason(one: str, other: str) -> None:
    assert alike(item(TEMPLATE + one), item(TEMPLATE + other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (REASON, OTHER_REASON),
        (REASON, ""),
        (REASON, REASON + " " + OTHER_REASON),
        (REASON, REASON.replace("and no pill", "and a pill")),
        ("There is no record of misuse.", "There is no record of improvement."),
    ],
)
def test_a_sentence_that_decides_makes_another_reason_however_long_the_template(one: str, other: str) -> None:
    assert not alike(item(TEMPLATE * 4 + one), item(TEMPLATE * 4 + other))
    assert not alike(item(TEMPLATE * 4 + other), item(TEMPLATE * 4 + one))


def test_what_was_asked_for_may_be_named() -> None:
    wipes = item("The need for hygiene wipes is not explained, so they are not necessary.", "Hygiene wipes")
    gloves = item("The need for gloves is not explained, so they are not necessary.", "Large gloves")
    assert alike(wipes, gloves)
    unnamed = msgspec.structs.replace(wipes, title="Supplies")
    assert not alike(unnamed, msgspec.structs.replace(gloves, title="Supplies"))


def test_the_same_words_under_other_titles_are_alike() -> None:
    assert alike(item(REASON, "Norco 10/325mg #60"), item(REASON, "Pill count, knee, record"))


def test_figures_in_a_row_are_one() -> None:
    assert mask(["on", "march", "3", "2015", "two", "norco", "10", "tablets"], frozenset({"norco"})) == [
        *("on", "#", "%", "#", "tablets")
    ]


WORDS = st.lists(
    st.sampled_from(["pain", "no", "gain", "2", "weeks", "left", "knee", "is.", "not", "The"]), max_size=30
)


@given(WORDS, WORDS)
def test_likeness_is_mutual_and_everything_is_like_itself(one: list[str], other: list[str]) -> None:
    first, second = item(" ".join(["Reason", *one])), item(" ".join(["Reason", *other]))
    assert alike(first, first)
    assert alike(first, second) == alike(second, first)
