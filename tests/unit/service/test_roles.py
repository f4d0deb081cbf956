"""What tells of a treatment that a long text names whether it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from service.names import Names
from service.roles import Mention, load_signs, mentions, weight_of
from service.sections import blocks

NORMALISER = default_normaliser()


def told(text: str) -> dict[str, Mention]:
    found = mentions(text, blocks(text), Names(NORMALISER))
    return {concept: mention for mention in found for concept in mention.concepts}


@pytest.mark.parametrize(
    ("text", "concept", "sign"),
    [
        ("She failed naproxen last year.", "naproxen", "tried before"),
        ("He takes gabapentin at night.", "gabapentin", "takes"),
        ("I ask for acupuncture, 8 visits.", "acupuncture", "counted"),
        ("Acupuncture, 8 visits: certified.", "acupuncture", "decided: allowed"),
        ("Acupuncture x 8 ........ non-certify", "acupuncture", "decided: refused"),
        ("1. Acupuncture\n2. Norco #30\n\nItem 1 is approved. Item 2 is denied.", "acupuncture", "number: allowed"),
        (
            "1. Acupuncture\n2. Norco #30\n\nItem 1 is approved. Item 2 is denied.",
            "hydrocodone/acetaminophen",
            "counted",
        ),
        ("The surgeon proposes acupuncture. This is denied.", "acupuncture", "then refused"),
    ],
)
def test_words_around_a_treatment_are_signs(text: str, concept: str, sign: str) -> None:
    assert sign in told(text)[concept].signs


def test_members_of_a_list_inherit_what_is_said_of_the_first() -> None:
    found = told("She failed naproxen, gabapentin and acupuncture.")
    assert all("tried before" in found[concept].signs for concept in ("naproxen", "gabapentin", "acupuncture"))


def test_what_was_allowed_weighs_less_than_what_was_refused() -> None:
    allowed, refused = told("Acupuncture x 8: certified.\nNorco #30: denied.").values()
    assert weight_of(allowed.signs) < weight_of(refused.signs)


def test_every_sign_of_words_has_a_weight() -> None:
    signs = load_signs()
    assert {sign.name for sign in signs.signs} <= set(signs.weights)


@given(st.text(max_size=200))
def test_mentions_stand_in_the_text(text: str) -> None:
    for mention in mentions(text, blocks(text), Names(NORMALISER)):
        assert text.startswith(mention.text, mention.place)
