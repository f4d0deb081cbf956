"""The stand-in for the model: a lawful embedder."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from indexer.embed import HashingEmbedder, load_embedder

EMBEDDER = HashingEmbedder()
TEXTS = st.lists(st.text(max_size=60), max_size=6)


def test_it_says_what_its_vectors_are_made_by() -> None:
    made = HashingEmbedder(dimension=16, max_pieces=20)
    assert (made.fingerprint.name, made.fingerprint.dimension, made.fingerprint.max_pieces) == ("hashing", 16, 20)
    assert made.encode(["knee"]).shape == (1, 16)
    assert made.fingerprint != EMBEDDER.fingerprint


def test_the_settings_choose_it() -> None:
    chosen = load_embedder(load_settings(flags={"model": {"kind": "hashing"}}).model)
    assert chosen.fingerprint == EMBEDDER.fingerprint


@given(TEXTS)
def test_vectors_are_unit_float32_one_for_each_text(texts: list[str]) -> None:
    vectors = EMBEDDER.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), EMBEDDER.fingerprint.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@given(TEXTS)
def test_a_vector_depends_on_its_own_text_alone(texts: list[str]) -> None:
    together = EMBEDDER.encode(texts)
    alone = [HashingEmbedder().encode([text])[0] for text in texts]
    assert all(np.array_equal(one, other) for one, other in zip(together, alone, strict=True))


@given(st.lists(st.sampled_from(["knee", "Brace", "L4-5", "#60", "pain"]), max_size=8))
def test_case_and_marks_do_not_move_a_vector(words: list[str]) -> None:
    plain, loud = EMBEDDER.encode([" ".join(words), ", ".join(words).upper() + "!"])
    assert np.array_equal(plain, loud)


@given(TEXTS)
def test_counts_are_of_each_text_and_do_not_grow_by_joining(texts: list[str]) -> None:
    counts = EMBEDDER.count(texts)
    assert len(counts) == len(texts)
    assert all((count > 0) == bool(text.strip()) for count, text in zip(counts, texts, strict=True))
    assert EMBEDDER.count([" ".join(texts)]) == [sum(counts)]
    assert EMBEDDER.count(["".join(texts)])[0] <= sum(counts)


def test_texts_that_share_words_are_nearer() -> None:
    asked, near, far = EMBEDDER.encode(["lumbar spine mri", "mri of the lumbar spine", "knee brace"])
    assert asked @ near > 0.5 > asked @ far


def test_pieces_counted_by_hand() -> None:
    assert EMBEDDER.count(["", "knee", "10/325mg, #60", "a_b"]) == [0, 1, 6, 1]


@pytest.mark.parametrize("text", ["", "?!", " "])
def test_a_text_without_words_has_a_vector_too(text: str) -> None:
    assert np.array_equal(*EMBEDDER.encode([text, ""]))
