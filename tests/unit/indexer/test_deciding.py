"""What each sentence of a rationale is for; the sentences are our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.deciding import sentences_of
from indexer.records import DisputedItem
from indexer.sentences import sentence_spans
from tests.support.fake_index import Decided, letter


def item(rationale: str) -> DisputedItem:
    return letter("a", None, Decided("Tramadol", rationale)).items[0]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("guideline", "The MTUS recommends opioids for patients whose function improves."),
        ("guideline", "According to the ODG, massage is recommended as an adjunct to exercise."),
        ("guideline", "Patients should be taught exercises that they can do at home."),
        ("case", "The patient reports that the tablets let her sleep."),
        ("case", "There is no documentation of a trial of exercise."),
        ("case", "While the ACOEM states that rest may help, here, however, rest has failed."),
        ("case", "As the surgery is not medically necessary, the sling is not needed."),
        ("conclusion", "Therefore, the request is not medically necessary."),
        ("conclusion", "Medical necessity has not been established."),
        ("conclusion", "As such, the request for Tramadol 50mg #60 is not supported."),
        ("boilerplate", "The MTUS and ACOEM Guidelines do not address this request."),
        ("boilerplate", "The patient is advised to speak with the treating physician about weaning."),
        ("other", "Tramadol is a tablet."),
    ],
)
def test_a_sentence_s_role(role: str, sentence: str) -> None:
    (read,) = sentences_of(item(sentence))
    assert read.role == role


def test_the_deciding_fact_outweighs_guideline_and_verdict() -> None:
    guideline = "The MTUS recommends opioids for patients whose function improves."
    fact = "However, there is no documentation of improved function."
    verdict = "Therefore, the request is not medically necessary."
    read = sentences_of(item(f"{guideline} {fact} {verdict}"))
    assert max(read, key=lambda sentence: sentence.weight).text == fact


def test_a_guideline_quoted_over_several_sentences_stays_one() -> None:
    rationale = (
        'The ODG states: "Recommended for acute pain. There is no benefit in other cases. Stop early." He has none.'
    )
    assert [one.role for one in sentences_of(item(rationale))][:3] == ["guideline"] * 3


def test_what_is_applied_begins_at_the_turn() -> None:
    (read,) = sentences_of(item("While the MTUS states that rest may help, here, however, rest has failed."))
    assert read.text[read.applied :].startswith("here, however")


@given(st.text(min_size=1).filter(str.strip))
def test_sentences_are_slices_of_the_rationale(rationale: str) -> None:
    decided = item(rationale)
    start = decided.rationale.start
    read = sentences_of(decided)
    assert [(one.start - start, one.end - start) for one in read] == list(sentence_spans(rationale))
    assert all(one.text == rationale[one.start - start : one.end - start] for one in read)
    assert all(0 <= one.applied < len(one.text) for one in read)
