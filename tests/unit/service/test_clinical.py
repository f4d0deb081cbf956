"""The clinical sentences of a request around an item."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from service.understand import understand

NORMALISER = default_normaliser()
NOTE = """Employer: Acme Stores

Subjective: Knee pain is worse on stairs. He likes gardening. Neck pain comes and goes.

Objective: McMurray is positive on the right knee with an effusion.

Current medications: naproxen

Plan: MRI of the right knee. He is to return in four weeks for a look at the films and a talk about what to do next."""
SENTENCES = st.sampled_from(
    [
        "Knee pain is severe.",
        "He limps.",
        "Plan: knee MRI.",
        "Exam shows weakness.",
        "\n\n",
        "Denied: Norco.",
        "Pain. " * 50,
    ]
)


def test_the_clinical_sentences_and_no_others() -> None:
    (item,) = understand(NOTE, NORMALISER, 5)
    assert "McMurray is positive" in item.context
    assert "Knee pain is worse on stairs." in item.context
    for other in ("gardening", "Acme", "MRI"):
        assert other not in item.context


def test_a_bare_title_has_none() -> None:
    (item,) = understand("MRI of the right knee for pain and weakness", NORMALISER, 5)
    assert item.context == ""


@given(st.lists(SENTENCES, min_size=1, max_size=40).map(" ".join).filter(str.strip))
def test_the_context_is_short_and_of_the_request(text: str) -> None:
    for item in understand(text, NORMALISER, 5):
        assert len(item.context.split()) <= 60
        assert set(item.context.split()) <= set(text.split())
