"""Drawn vectors: of length one, the same each time, and as near to each other as the real ones."""

import numpy as np
import pytest

from eval.bench import drawn as module
from eval.bench.drawn import draw, fit, real_cosines
from indexer.embed import FloatArray


@pytest.fixture(scope="module")
def real() -> FloatArray:
    """Pairs of neighbours, some near and some far."""
    random = np.random.default_rng(5)
    one = random.standard_normal((60, 24))
    other = one + random.uniform(0.1, 1, 60)[:, None] * random.standard_normal((60, 24))
    both = np.concatenate([one, other])
    return np.asarray(both / np.linalg.norm(both, axis=1, keepdims=True), dtype=np.float32)


def test_neighbours_of_the_same_item_do_not_count() -> None:
    vectors = np.asarray([[1, 0], [1, 0], [0.6, 0.8]], dtype=np.float32)
    assert real_cosines(vectors, np.asarray([0, 0, 1])).tolist() == pytest.approx([0.6, 0.6, 0.6])


def test_the_median_is_the_real_one(monkeypatch: pytest.MonkeyPatch, real: FloatArray) -> None:
    monkeypatch.setattr(module, "_FITTED_ON", 2000)
    process = fit(real, np.arange(len(real)), 2000)
    found = draw(process, 2000)
    near = real_cosines(found, np.arange(2000))
    assert np.median(near) == pytest.approx(np.median(process.cosines), abs=0.02)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_the_same_are_drawn_again_and_into_an_array(real: FloatArray) -> None:
    process = module.Process(real, np.eye(24, dtype=np.float32) / 24**0.5, np.linspace(0.4, 0.9, 20), 1.0)
    into = np.empty((300, 24), dtype=np.float32)
    assert draw(process, 300, into) is into
    assert np.array_equal(draw(process, 300), into)
