"""Vectors: exact where few, ties by row, and as many as were asked for."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embed import FloatArray
from indexer.store import vectors as module
from indexer.store.inverted import BoolArray
from indexer.store.vectors import Vectors, write_vectors

DIMENSION, KINDS, ROWS = 24, 9, 1700
# float16 has 11 bits; a vector of length one is off by less than this in any direction.
ROUNDING = 1e-3


@pytest.fixture(scope="module")
def kinds() -> FloatArray:
    """A few unit vectors."""
    drawn = np.random.default_rng(1).standard_normal((KINDS, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def rows() -> npt.NDArray[np.int64]:
    """Which of the vectors stands in each row: every one many times."""
    return np.random.default_rng(2).integers(0, KINDS, ROWS)


@pytest.fixture(scope="module", params=[ROWS, 100], ids=["flat", "lists"])
def vectors(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    kinds: FloatArray,
    rows: npt.NDArray[np.int64],
) -> Vectors:
    """The rows, written in either form and opened."""
    path = tmp_path_factory.mktemp("vectors") / "vectors.faiss"
    write_vectors(path, np.ascontiguousarray(kinds[rows]), flat_rows=request.param)
    opened = Vectors(path)
    assert opened.exact == (request.param == ROWS)
    return opened


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory, kinds: FloatArray, rows: npt.NDArray[np.int64]) -> Vectors:
    """The rows in a flat file, each moved a little so that few are equal."""
    moved = kinds[rows] + 0.01 * np.random.default_rng(4).standard_normal((ROWS, DIMENSION))
    moved[::7] = moved[0]
    path = tmp_path_factory.mktemp("flat") / "vectors.faiss"
    write_vectors(path, moved / np.linalg.norm(moved, axis=1, keepdims=True))
    return Vectors(path)


def every(step: int, start: int = 0) -> BoolArray:
    """Say yes to every so many-th row."""
    mask = np.zeros(ROWS, dtype=np.bool_)
    mask[start::step] = True
    return mask


def cosines(query: FloatArray, vectors: FloatArray) -> npt.NDArray[np.float64]:
    """Return the cosines with a unit query as numpy has them."""
    exact = vectors.astype(np.float64)
    return np.asarray(exact @ query.astype(np.float64) / np.linalg.norm(exact, axis=1))


def unit(weights: list[float]) -> FloatArray:
    """Return a unit vector, any where the weights are all next to nothing."""
    drawn = np.asarray(weights, dtype=np.float64)
    length = float(np.linalg.norm(drawn))
    drawn = drawn / length if length > 1e-3 else np.eye(len(weights))[0]
    return np.asarray(drawn, dtype=np.float32)


@given(
    data=st.data(),
    limit=st.integers(1, ROWS + 50),
    weights=st.lists(st.floats(-1, 1, width=32), min_size=DIMENSION, max_size=DIMENSION),
)
def test_as_many_as_wanted_and_allowed_come_each_once_best_first(
    vectors: Vectors, data: st.DataObject, limit: int, weights: list[float]
) -> None:
    allowed = data.draw(st.none() | st.integers(1, 9).map(lambda step: every(step, step % 3)))
    query = unit(weights)
    hits = vectors.search(query, limit, allowed)
    passages = np.asarray([hit.passage for hit in hits])
    mask = np.ones(ROWS, dtype=np.bool_) if allowed is None else allowed
    assert len(hits) == min(limit, mask.sum())
    assert mask[passages].all()
    assert len(set(passages.tolist())) == len(hits)
    assert np.allclose([hit.score for hit in hits], cosines(query, vectors.take(passages)), atol=1e-12)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage))


def numpys(query: FloatArray, vectors: Vectors, candidates: npt.NDArray[np.int64], limit: int) -> list[int]:
    """Return the nearest of some rows as numpy finds them, equal ones by row."""
    expected = np.round(cosines(query, vectors.take(candidates)), 12)
    found: list[int] = candidates[np.lexsort((candidates, -expected))[:limit]].tolist()
    return found


@given(
    step=st.none() | st.integers(1, 9),
    limit=st.integers(1, ROWS + 50),
    weights=st.lists(st.floats(-1, 1, width=32), min_size=DIMENSION, max_size=DIMENSION),
)
def test_a_flat_file_is_searched_as_numpy_would(
    flat: Vectors, step: int | None, limit: int, weights: list[float]
) -> None:
    candidates = np.arange(0, ROWS, step or 1)
    hits = flat.search(unit(weights), limit, None if step is None else every(step))
    assert [hit.passage for hit in hits] == numpys(unit(weights), flat, candidates, limit)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("step", [2, 5, 9])
@pytest.mark.parametrize("compared", [50, 4096])
def test_few_allowed_rows_are_searched_as_numpy_would(
    monkeypatch: pytest.MonkeyPatch, vectors: Vectors, limit: int, step: int, compared: int
) -> None:
    monkeypatch.setattr(module, "_COMPARED", compared)
    monkeypatch.setattr(module, "_SPARE", 3)
    monkeypatch.setattr(Vectors, "_through_lists", None)  # few are all compared
    for seed in range(20):
        query = unit(np.random.default_rng(seed).standard_normal(DIMENSION).tolist())
        hits = vectors.search(query, limit, every(step))
        assert [hit.passage for hit in hits] == numpys(query, vectors, np.arange(0, ROWS, step), limit)


@pytest.mark.parametrize("limit", [1, 5, 50, 100, 101, 150, 400, ROWS, ROWS + 1])
@pytest.mark.parametrize("step", [None, 1, 2, 3])
def test_equal_vectors_come_in_the_order_of_rows(
    vectors: Vectors, kinds: FloatArray, rows: npt.NDArray[np.int64], limit: int, step: int | None
) -> None:
    query = kinds[3]
    near = cosines(query, kinds)
    ordered = sorted(range(0, ROWS, step or 1), key=lambda row: (-near[rows[row]], row))
    hits = vectors.search(query, limit, None if step is None else every(step))
    assert [hit.passage for hit in hits] == ordered[:limit]
    assert len({hit.score for hit in hits}) == len({rows[hit.passage] for hit in hits})


def test_a_vector_s_cosine_with_itself_is_one(vectors: Vectors, kinds: FloatArray) -> None:
    assert vectors.search(kinds[0], 1)[0].score == pytest.approx(1, abs=1e-6)


def test_nothing_asked_for_or_allowed_is_nothing_found(vectors: Vectors, kinds: FloatArray) -> None:
    assert vectors.search(kinds[0], 0) == []
    assert vectors.search(kinds[0], 5, np.zeros(ROWS, dtype=np.bool_)) == []


def test_all_vectors_are_those_that_were_written_as_float16_has_them(
    vectors: Vectors, kinds: FloatArray, rows: npt.NDArray[np.int64]
) -> None:
    assert vectors.shape == (ROWS, DIMENSION)
    assert np.array_equal(vectors.all(), kinds[rows].astype(np.float16).astype(np.float32))
    assert np.abs(vectors.all() - kinds[rows]).max() < ROUNDING
    assert np.array_equal(np.concatenate(list(vectors.slices())), vectors.all())
    some = np.asarray([ROWS - 1, 0, 7, 7])
    assert np.array_equal(vectors.take(some), vectors.all()[some])


@pytest.mark.parametrize("flat_rows", [ROWS, 100])
def test_what_is_read_and_written_again_is_the_same_file(
    tmp_path: Path, kinds: FloatArray, rows: npt.NDArray[np.int64], flat_rows: int
) -> None:
    write_vectors(tmp_path / "once", kinds[rows], flat_rows=flat_rows)
    write_vectors(tmp_path / "twice", Vectors(tmp_path / "once").all(), flat_rows=flat_rows)
    write_vectors(tmp_path / "same", kinds[rows], flat_rows=flat_rows)
    assert (tmp_path / "once").read_bytes() == (tmp_path / "same").read_bytes()
    once, twice = Vectors(tmp_path / "once"), Vectors(tmp_path / "twice")
    assert np.array_equal(once.all(), twice.all())


@pytest.mark.parametrize("flat_rows", [ROWS, 100])
def test_an_array_of_float16_on_disk_can_be_written(
    tmp_path: Path, kinds: FloatArray, rows: npt.NDArray[np.int64], flat_rows: int
) -> None:
    on_disk = np.memmap(tmp_path / "array", dtype=np.float16, mode="w+", shape=(ROWS, DIMENSION))
    on_disk[:] = kinds[rows]
    write_vectors(tmp_path / "written", on_disk, flat_rows=flat_rows)
    assert np.array_equal(Vectors(tmp_path / "written").all(), on_disk.astype(np.float32))


def test_no_vectors_at_all(tmp_path: Path) -> None:
    write_vectors(tmp_path / "none", np.zeros((0, 5), dtype=np.float32))
    opened = Vectors(tmp_path / "none")
    assert opened.shape == (0, 5)
    assert opened.all().shape == (0, 5)
    assert list(opened.slices()) == []
    assert opened.search(np.ones(5, dtype=np.float32), 3) == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc")
@pytest.mark.parametrize("flat_rows", [ROWS, 100])
def test_an_opened_file_is_mapped(
    tmp_path: Path, kinds: FloatArray, rows: npt.NDArray[np.int64], flat_rows: int
) -> None:
    write_vectors(tmp_path / "mapped", kinds[rows], flat_rows=flat_rows)
    opened = Vectors(tmp_path / "mapped")
    assert str(tmp_path / "mapped") in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert opened.shape == (ROWS, DIMENSION)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("flat_rows", [ROWS, 100])
def test_a_full_disk_is_an_os_error(kinds: FloatArray, rows: npt.NDArray[np.int64], flat_rows: int) -> None:
    with pytest.raises(OSError, match="could not be written"):
        write_vectors(Path("/dev/full"), kinds[rows], flat_rows=flat_rows)


@pytest.mark.parametrize("content", [b"", b"not one of FAISS's files at all"])
def test_another_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(RuntimeError):
        Vectors(tmp_path / "other")


@pytest.mark.parametrize("flat_rows", [ROWS, 100])
def test_a_file_cut_short_is_told(
    tmp_path: Path, kinds: FloatArray, rows: npt.NDArray[np.int64], flat_rows: int
) -> None:
    write_vectors(tmp_path / "cut", kinds[rows], flat_rows=flat_rows)
    whole = (tmp_path / "cut").read_bytes()
    # Shorter by less than one row number is not told here, but by the checksums of the manifest.
    for length in (len(whole) - 16, len(whole) // 2, 100):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(RuntimeError):
            Vectors(tmp_path / "cut")
