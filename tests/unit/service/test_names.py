"""Sentences as they are looked at: none so long, or so full of names, that all in it cannot be held against all."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.parse.normalise import default_normaliser
from indexer.sentences import sentence_spans
from service.names import Names

WORDS = st.sampled_from(["Norco,", "MRI", "of", "the", "knee.", "denied", "a" * 300, "\n\n", "?", "\n"])


@given(st.lists(WORDS, max_size=300))
@example(["MRI"] * 2000)
@example(["a" * 300] * 50)
def test_sentences_hold_everything_in_order_and_are_bounded(words: list[str]) -> None:
    text = " ".join(words)
    names = Names(default_normaliser())
    spans = names.sentences(text)
    assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())
    assert all(first.end <= second.start for first, second in pairwise(spans))
    for span in spans:
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip()
        assert len(sentence) <= 1000
        assert len(names.treatment_mentions(sentence)) <= 16


@given(st.lists(WORDS.filter(lambda word: len(word) < 10), max_size=10))
def test_ordinary_sentences_are_the_splitters_own(words: list[str]) -> None:
    text = " ".join(words)
    assert Names(default_normaliser()).sentences(text) == sentence_spans(text)


def test_a_word_without_end_is_cut() -> None:
    spans = Names(default_normaliser()).sentences("a" * 2500)
    assert [span.end - span.start for span in spans] == [1000, 1000, 500]
