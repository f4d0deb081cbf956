"""Vectors: exact search, ties by row, and as many as were asked for."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embed import FloatArray
from indexer.store.vectors import Vectors, write_vectors

DIMENSION, KINDS, ROWS = 24, 9, 700


@pytest.fixture(scope="module")
def kinds() -> FloatArray:
    """A few unit vectors."""
    drawn = np.random.default_rng(1).standard_normal((KINDS, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def rows() -> npt.NDArray[np.int64]:
    """Which of the vectors stands in each row: every one many times."""
    return np.random.default_rng(2).integers(0, KINDS, ROWS)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory, kinds: FloatArray, rows: npt.NDArray[np.int64]) -> Vectors:
    """The rows, written and opened."""
    path = tmp_path_factory.mktemp("vectors") / "vectors.faiss"
    write_vectors(path, np.ascontiguousarray(kinds[rows]))
    return Vectors(path, 1)


@given(
    data=st.data(),
    limit=st.integers(1, ROWS + 50),
    weights=st.lists(st.floats(-1, 1, width=32), min_size=DIMENSION, max_size=DIMENSION),
)
def test_the_nearest_are_those_of_numpy(
    vectors: Vectors,
    kinds: FloatArray,
    rows: npt.NDArray[np.int64],
    data: st.DataObject,
    limit: int,
    weights: list[float],
) -> None:
    query = np.asarray(weights, dtype=np.float32)
    allowed = data.draw(st.none() | st.integers(1, 9).map(lambda step: list(range(step % 3, ROWS, step))))
    hits = vectors.search(query, limit, allowed)
    scores = (kinds.astype(np.float64) @ query.astype(np.float64))[rows]
    candidates = np.arange(ROWS) if allowed is None else np.asarray(allowed)
    assert len(hits) == min(limit, len(candidates))
    expected = np.sort(scores[candidates])[::-1][: len(hits)]
    assert np.allclose([hit.score for hit in hits], expected, atol=1e-6)
    assert np.allclose([scores[hit.passage] for hit in hits], expected, atol=1e-6)
    assert {hit.passage for hit in hits} <= set(candidates.tolist())
    assert len({hit.passage for hit in hits}) == len(hits)


@pytest.mark.parametrize("limit", [1, 5, 50, 100, 101, 150, 400, ROWS, ROWS + 1])
@pytest.mark.parametrize("step", [None, 1, 2, 3])
def test_equal_vectors_come_in_the_order_of_rows(
    vectors: Vectors, kinds: FloatArray, rows: npt.NDArray[np.int64], limit: int, step: int | None
) -> None:
    query = kinds[3]
    allowed = None if step is None else list(range(0, ROWS, step))
    near = kinds.astype(np.float64) @ query.astype(np.float64)
    ordered = sorted(allowed or range(ROWS), key=lambda row: (-near[rows[row]], row))
    hits = vectors.search(query, limit, allowed)
    assert [hit.passage for hit in hits] == ordered[:limit]
    assert len({hit.score for hit in hits}) == len({rows[hit.passage] for hit in hits})


def test_a_vector_s_cosine_with_itself_is_one(vectors: Vectors, kinds: FloatArray) -> None:
    assert vectors.search(kinds[0], 1)[0].score == pytest.approx(1, abs=1e-6)


def test_nothing_asked_for_or_allowed_is_nothing_found(vectors: Vectors, kinds: FloatArray) -> None:
    assert vectors.search(kinds[0], 0) == []
    assert vectors.search(kinds[0], 5, []) == []


def test_all_vectors_are_those_that_were_written(
    vectors: Vectors, kinds: FloatArray, rows: npt.NDArray[np.int64]
) -> None:
    assert vectors.shape == (ROWS, DIMENSION)
    assert np.array_equal(vectors.all(), kinds[rows])


def test_no_vectors_at_all(tmp_path: Path) -> None:
    write_vectors(tmp_path / "none", np.zeros((0, 5), dtype=np.float32))
    opened = Vectors(tmp_path / "none", 1)
    assert opened.shape == (0, 5)
    assert opened.all().shape == (0, 5)
    assert opened.search(np.ones(5, dtype=np.float32), 3) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_an_os_error(kinds: FloatArray) -> None:
    with pytest.raises(OSError, match="could not be written"):
        write_vectors(Path("/dev/full"), np.ascontiguousarray(kinds.repeat(100, axis=0)))
