"""The cues that point at what is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cues import load_cues, phrases

CUES = load_cues()


def pointed_at(sentence: str) -> str:
    found = phrases(sentence, CUES)[0]
    return sentence[found.start : found.end].strip()


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("I am requesting authorization for a lumbar brace.", "a lumbar brace."),
        ("We hereby request approval of acupuncture", "acupuncture"),
        ("Request for Authorization: Norco 10/325", "Norco 10/325"),
        ("Utilization review denied the request for a TENS unit due to lack of a trial.", "a TENS unit"),
        ("The carrier refused to authorize surgery", "surgery"),
        ("The MRI of the neck was denied", "The MRI of the neck"),
        ("He is appealing the denial of Lyrica", "Lyrica"),
    ],
)
def test_the_phrase_beside_a_cue(sentence: str, phrase: str) -> None:
    found = [sentence[one.start : one.end].strip() for one in phrases(sentence, CUES)]
    assert phrase in found


@pytest.mark.parametrize(
    "sentence", ["The pain is worse in the morning.", "Range of motion is full.", "", "requested", "was denied"]
)
def test_no_cue_no_phrase(sentence: str) -> None:
    assert phrases(sentence, CUES) == []


def test_the_past_weighs_less() -> None:
    now = phrases("The physician recommended surgery.", CUES)[0]
    then = phrases("In the past the physician recommended surgery.", CUES)[0]
    assert then.weight < now.weight


def test_a_phrase_ends_where_the_reason_begins() -> None:
    for end in ("because it is old", "due to age", "since nothing helped", "was denied", "on 03/04/2015"):
        assert pointed_at(f"We request a cane {end}") == "a cane"


@given(st.text(max_size=300))
def test_phrases_lie_within_any_sentence_the_weightiest_first(sentence: str) -> None:
    found = phrases(sentence, CUES)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    for one in found:
        assert 0 <= one.start < one.end <= len(sentence)
        assert sentence[one.start : one.end].strip()


def test_every_cue_is_told_apart_by_its_side() -> None:
    assert {cue.side for cue in CUES.cues} == {"after", "before"}
    assert all(cue.weight > 0 for cue in CUES.cues)
