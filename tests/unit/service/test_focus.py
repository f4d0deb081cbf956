"""What is asked for, what is only mentioned, and which outcome is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from service.focus import Focus, focus, named_outcome


def about(text: str) -> Focus:
    return focus(text, default_normaliser())


@pytest.mark.parametrize(
    ("text", "asked", "mentioned"),
    [
        ("Shoulder MRI allowed after physical therapy failed?", ["magnetic resonance imaging"], ["physical therapy"]),
        ("Norco denied because no urine drug screen was done", ["hydrocodone/acetaminophen"], ["urine drug testing"]),
        ("When is a lumbar MRI granted without any x-ray?", ["magnetic resonance imaging"], ["x-ray"]),
        ("Acupuncture and a TENS unit", ["acupuncture", "transcutaneous electrical nerve stimulation"], []),
        ("Tramadol, still tramadol after tramadol failed", ["tramadol"], []),
        ("nothing that is known", [], []),
    ],
)
def test_a_reason_names_no_item(text: str, asked: list[str], mentioned: list[str]) -> None:
    found = about(text)
    assert [one.concept for one in found.treatments] == asked
    assert [one.concept for one in found.mentioned] == mentioned


@pytest.mark.parametrize(
    ("text", "family"),
    [("Are narcotics upheld?", "opioid"), ("nerve testing of the legs", "electrodiagnostic study"), ("MRI scan", None)],
)
def test_a_class_is_asked_for_where_no_single_treatment_is(text: str, family: str | None) -> None:
    assert [one.name for one in about(text).families] == ([family] if family else [])


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("MRI granted after failed therapy?", "overturned"),
        ("Is Norco upheld?", "upheld"),
        ("therapy that was not certified", "upheld"),
        ("Therapy not approved", "upheld"),
        ("what separates the grants from the refusals", None),
        ("UR denied the knee MRI", None),
        ("Norco 10/325mg #60", None),
        ("The carrier denied it; any decision allowing it?", "overturned"),
    ],
)
def test_the_outcome_that_is_named(text: str, outcome: str | None) -> None:
    assert named_outcome(text) == outcome


@given(st.text())
def test_nothing_is_both_asked_for_and_mentioned(text: str) -> None:
    found = about(text)
    assert not {one.concept for one in found.treatments} & {one.concept for one in found.mentioned}
    assert not (found.treatments and found.families)
