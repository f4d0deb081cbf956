"""The share of a request's words that the best item holds, by what the words are worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.index import ItemHit
from service.wordshare import telling, word_share, worth_in
from tests.support.fake_index import Decided, FakeIndex, letter

COMMON = "The request is denied for the patient."
INDEX = FakeIndex(
    letter("a", None, Decided("Tramadol tablets", COMMON), Decided("Lumbar brace", COMMON)),
    letter("b", None, Decided("Knee arthroscopy", COMMON), Decided("Acupuncture visits", COMMON)),
)


def test_numbers_and_single_letters_name_nothing() -> None:
    assert telling("Norco 10/325 mg #60 q 4-6 h, Norco") == ("norco", "mg")
    assert telling("#60 7.5 5 x") == ()
    assert word_share("#60 7.5", INDEX) == 0


def test_an_item_s_own_title_is_held_and_foreign_words_are_not() -> None:
    assert word_share("Lumbar brace", INDEX) == 1
    assert word_share("pembrolizumab infusion", INDEX) == 0


def test_a_word_that_no_item_holds_weighs_more_than_the_common_words_around_it() -> None:
    assert word_share("pembrolizumab for the patient", INDEX) < 0.3
    assert word_share("tramadol for the patient", INDEX) > 0.6


def test_common_words_alone_prove_nothing() -> None:
    assert word_share("the request", INDEX) < 0.3


def test_words_of_different_items_are_not_added_up() -> None:
    assert word_share("lumbar arthroscopy", INDEX) < 0.7


@given(st.text(max_size=80))
def test_it_is_a_share(text: str) -> None:
    assert 0 <= word_share(text, INDEX) <= 1


@given(st.lists(st.sampled_from(["tramadol", "brace", "knee", "denied", "xyzzy"]), max_size=6))
def test_a_foreign_word_never_adds(words: list[str]) -> None:
    text = " ".join(words)
    assert word_share(f"{text} quux", INDEX) <= word_share(text, INDEX)


def test_words_of_the_index_are_looked_up_once_and_others_never(monkeypatch: pytest.MonkeyPatch) -> None:
    index = FakeIndex(letter("A", None, Decided("Tramadol", "No gain in function.", "tramadol")))
    worth, plain = worth_in(index), index.search_text
    looked_up: list[str] = []

    def search(text: str, limit: int) -> list[ItemHit]:
        looked_up.append(text)
        return plain(text, limit)

    monkeypatch.setattr(index, "search_text", search)
    first = [worth(word) for word in ("tramadol", "gain", "pembrolizumab")]
    assert [worth(word) for word in ("tramadol", "gain", "pembrolizumab")] == first
    assert looked_up == ["tramadol", "gain"]
    assert first[2] > first[0] == plain("tramadol", 1)[0].score
