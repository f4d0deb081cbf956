"""The stored vectors are read where they lie: those of FAISS, whichever row is asked for, in whatever order."""

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.store.codes import Codes
from indexer.store.inverted import build_lists
from indexer.store.vectors import write_vectors

ROWS, DIMENSION = 900, 6


@pytest.fixture(scope="module", params=[ROWS, 0], ids=["flat", "lists"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> faiss.Index:
    """An index of random vectors, mapped as the store maps it."""
    drawn = np.random.default_rng(5).standard_normal((ROWS, DIMENSION)).astype(np.float32)
    path = tmp_path_factory.mktemp("codes") / "vectors.faiss"
    write_vectors(path, drawn / np.linalg.norm(drawn, axis=1, keepdims=True), flat_rows=request.param)
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


@given(rows=st.lists(st.integers(0, ROWS - 1), max_size=60))
def test_rows_are_what_faiss_has(index: faiss.Index, rows: list[int]) -> None:
    if isinstance(index, faiss.IndexIVFScalarQuantizer):
        index.make_direct_map(True)  # noqa: FBT003 - FAISS takes it by place
    chosen, codes = np.asarray(rows, dtype=np.int64), Codes(index)
    taken = codes.take(chosen)
    assert taken.dtype == np.float16
    assert taken.shape == (len(rows), DIMENSION)
    assert np.array_equal(taken.astype(np.float32), index.reconstruct_batch(chosen))
    assert sorted(codes.by_place(chosen).tolist()) == sorted(rows)


def test_the_list_of_each_row_is_the_one_that_holds_it() -> None:
    drawn = np.random.default_rng(6).standard_normal((300, 8)).astype(np.float32)
    index = build_lists(drawn, 1)
    codes = Codes(index)
    assert codes.list_of is not None
    for one in range(index.nlist):
        held = faiss.rev_swig_ptr(index.invlists.get_ids(one), index.invlists.list_size(one))
        assert set(held.tolist()) == set(np.flatnonzero(codes.list_of == one).tolist())


def test_an_index_of_another_kind_is_told() -> None:
    with pytest.raises(RuntimeError, match="not an index of float16 codes"):
        Codes(faiss.IndexFlatIP(4))
