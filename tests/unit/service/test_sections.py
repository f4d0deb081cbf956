"""Under which label the lines of a pasted request stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sections import blocks, cells


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end].strip()) for block in blocks(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Service/Good Requested: a cane", [("asked", "a cane")]),
        ("Disputed services: a gym membership", [("asked", "a gym membership")]),
        ("Medications requested: Norco", [("asked", "Norco")]),
        ("Current medications: Norco\nPlan: a cane", [("past", "Norco"), ("plan", "a cane")]),
        ("PLAN:\n\n1. a cane\n2. a walker", [("plan", "a cane"), ("plan", "a walker")]),
        ("Plan: a cane\n\nHe limps.", [("plan", "a cane"), ("none", "He limps.")]),
        ("DX: PTSD. TX: EMDR", [("clinical", "PTSD."), ("plan", "EMDR")]),
        ("Diagnosis: sprain / Service/Good Requested: a cane", [("clinical", "sprain /"), ("asked", "a cane")]),
        ("Certified: a cane", [("approved", "a cane")]),
        ("Employer: Acme", [("other", "Acme")]),
        ("Rationale: a cane is cheap", [("reason", "a cane is cheap")]),
        ("We got your RFA, and it listed:\na cane", [("none", "We got your RFA, and it listed:"), ("asked", "a cane")]),
        ("Request for Authorization\nJohn Doe", [("none", "Request for Authorization"), ("none", "John Doe")]),
    ],
)
def test_what_stands_under_a_label(text: str, wanted: list[tuple[str, str]]) -> None:
    assert kinds(text) == wanted


def test_a_table_has_rows() -> None:
    text = "Diagnosis | ICD | Service/Good Requested | Other Information\nsprain | M54 | a cane | one\n\nAfterwards"
    row, after = blocks(text)
    assert (row.row, row.kind, after.row) == (True, "asked", False)
    line = text[row.start : row.end]
    assert [line[first:last] for first, last in cells(line)] == ["sprain", "M54", "a cane", "one"]


def test_a_line_that_is_wrapped_goes_on() -> None:
    text = "Plan: the patient is to be given a walker with wheels, and beside that also\na cane of his own"
    (block,) = blocks(text)
    assert text[block.start : block.end].endswith("a cane of his own")


PIECES = st.sampled_from(
    [
        "Plan:",
        "PLAN",
        "Norco",
        "1. ",
        "- ",
        "\n",
        "\n\n",
        " | ",
        "  ",
        ". ",
        "Diagnosis",
        "Service Requested",
        "ICD",
        ":",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=300)))
def test_blocks_lie_in_order_and_apart(text: str) -> None:
    end = 0
    for block in blocks(text):
        assert end <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip()
        end = block.end
