"""Inverted lists: recall on clusters, under filters that lie near, anywhere and far, and how lists are chosen."""

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embed import FloatArray
from indexer.store import vectors as module
from indexer.store.codes import Codes
from indexer.store.inverted import BoolArray, Lists, build_lists
from indexer.store.vectors import Vectors, _flat_index, write_vectors

DIMENSION, CLUSTERS, ROWS, QUERIES = 32, 60, 12_000, 40
FLOOR = 0.98
# float16 moves a cosine by less than this; rows whose cosines are nearer than that are as good as each other.
TIE = 1e-4


def unit(drawn: np.ndarray) -> FloatArray:
    """Return vectors as long as one."""
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def drawn() -> FloatArray:
    """Vectors in clusters of many widths, the last ones being queries."""
    random = np.random.default_rng(3)
    centres = unit(random.standard_normal((CLUSTERS, DIMENSION)))
    own = random.integers(0, CLUSTERS, ROWS + QUERIES)
    width = random.uniform(0.3, 1.2, CLUSTERS)[own, None]
    return unit(centres[own] + width * random.standard_normal((len(own), DIMENSION)) / DIMENSION**0.5)


@pytest.fixture(autouse=True, scope="module")
def by_lists() -> Iterator[None]:
    """Let nothing be searched exactly for being small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_ROWS", 0)
        yield


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory, drawn: FloatArray) -> Vectors:
    """All but the queries, in lists."""
    path = tmp_path_factory.mktemp("inverted") / "vectors.faiss"
    write_vectors(path, drawn[:ROWS], flat_rows=0)
    return Vectors(path)


def allowed(kind: str, scores: FloatArray, rows: FloatArray, place: int) -> BoolArray | None:
    """Return a filter: a share at random, the share farthest from the query, or a far row's neighbours."""
    if kind == "all":
        return None
    random = np.random.default_rng(place)
    mask = np.zeros(len(rows), dtype=np.bool_)
    share = 2000
    if kind == "random":
        mask[random.choice(len(rows), share, replace=False)] = True
    elif kind == "farthest":
        mask[np.argsort(scores)[:share]] = True
    else:
        far = random.choice(np.argsort(scores)[: len(rows) // 10])
        mask[np.argsort(-(rows @ rows[far]))[:share]] = True
    return mask


@pytest.mark.parametrize("limit", [10, 100])
@pytest.mark.parametrize("kind", ["all", "random", "farthest", "far neighbours"])
def test_nearly_all_of_the_first_ten_are_found(vectors: Vectors, drawn: FloatArray, kind: str, limit: int) -> None:
    rows, found = drawn[:ROWS], 0
    for place, query in enumerate(drawn[ROWS:]):
        scores = rows @ query
        mask = allowed(kind, scores, rows, place)
        hits = [hit.passage for hit in vectors.search(query, limit, mask)]
        assert len(hits) == limit
        assert mask is None or mask[hits].all()
        tenth = np.sort(scores if mask is None else scores[mask])[-10]
        found += min(10, int(np.count_nonzero(scores[hits] >= tenth - TIE)))
    assert found / (10 * QUERIES) >= FLOOR


def test_a_search_looks_at_few_of_the_rows(vectors: Vectors, drawn: FloatArray) -> None:
    faiss.cvar.indexIVF_stats.reset()
    for query in drawn[ROWS:]:
        vectors.search(query, 10)
    assert faiss.cvar.indexIVF_stats.ndis < 0.5 * ROWS * QUERIES


@given(
    limit=st.integers(1, 2500),
    members=st.integers(1, 2400),
    place=st.integers(0, QUERIES - 1),
    kind=st.sampled_from(["random", "farthest", "nearest"]),
)
def test_never_fewer_than_there_are(
    vectors: Vectors, drawn: FloatArray, limit: int, members: int, place: int, kind: str
) -> None:
    query = drawn[ROWS + place]
    scores = drawn[:ROWS] @ query
    order = np.random.default_rng(place).permutation(ROWS) if kind == "random" else np.argsort(scores)
    mask = np.zeros(ROWS, dtype=np.bool_)
    mask[order[:members] if kind != "nearest" else order[-members:]] = True
    hits = vectors.search(query, limit, mask)
    assert len({hit.passage for hit in hits}) == len(hits) == min(limit, members)
    assert mask[[hit.passage for hit in hits]].all()
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage))
    assert hits == vectors.search(query, limit, mask)


def test_equal_vectors_in_one_list_come_whole_and_by_row(tmp_path: Path, drawn: FloatArray) -> None:
    rows = drawn[:ROWS].copy()
    twins = np.arange(5, ROWS, 37)
    rows[twins] = rows[5]
    write_vectors(tmp_path / "twins", rows, flat_rows=0)
    hits = Vectors(tmp_path / "twins").search(rows[5], len(twins) // 2)
    assert [hit.passage for hit in hits] == twins[: len(twins) // 2].tolist()
    assert len({hit.score for hit in hits}) == 1


def test_lists_do_not_depend_on_threads(drawn: FloatArray) -> None:
    one, two = (faiss.serialize_index(build_lists(drawn[:ROWS], threads)) for threads in (1, 2))
    faiss.omp_set_num_threads(1)
    assert np.array_equal(one, two)


def test_a_centre_is_the_mean_of_its_members(drawn: FloatArray) -> None:
    index = build_lists(drawn[:2000], 1)
    for place in range(index.nlist):
        size = index.invlists.list_size(place)
        if size:
            members = faiss.rev_swig_ptr(index.invlists.get_ids(place), size)
            mean = drawn[members].mean(axis=0, dtype=np.float64)
            assert np.allclose(index.quantizer.reconstruct(place), mean, atol=TIE)


def test_lists_without_an_allowed_row_are_not_looked_at(drawn: FloatArray) -> None:
    index = build_lists(drawn[:ROWS], 1)
    lists = Lists(index, Codes(index))
    mask = np.zeros(ROWS, dtype=np.bool_)
    mask[[3, 4, 5]] = True
    nearness, counts = lists.nearness(drawn[ROWS]), lists.counts(mask)
    assert counts.sum() == 3
    assert set(lists.first(nearness, counts, 10).tolist()) == set(np.flatnonzero(counts).tolist())


def test_further_lists_are_taken_where_the_hits_found_are_poor(drawn: FloatArray) -> None:
    index = build_lists(drawn[:ROWS], 1)
    lists = Lists(index, Codes(index))
    nearness, counts = lists.nearness(drawn[ROWS]), lists.counts(None)
    first = lists.first(nearness, counts, 10)
    taken = [
        len(lists.further(nearness, counts, first, np.full(10, score, dtype=np.float32))) for score in (0.99, 0.5, 0.2)
    ]
    assert taken[0] < taken[1] < taken[2]
    assert not set(lists.further(nearness, counts, first, np.full(10, 0.2, dtype=np.float32))) & set(first)


@pytest.mark.parametrize("rows", [1, 2, 3, 40])
def test_a_handful_of_rows_can_be_in_lists(tmp_path: Path, drawn: FloatArray, rows: int) -> None:
    write_vectors(tmp_path / "few", drawn[:rows], flat_rows=0)
    hits = Vectors(tmp_path / "few").search(drawn[0], 50)
    assert hits[0].passage == 0
    assert len(hits) == rows


def test_lists_are_only_of_an_index_that_has_them(drawn: FloatArray) -> None:
    index = build_lists(drawn[:100], 1)
    with pytest.raises(ValueError, match="no lists"):
        Lists(index, Codes(_flat_index(DIMENSION)))


def test_few_allowed_rows_in_lists_are_searched_exactly(
    monkeypatch: pytest.MonkeyPatch, vectors: Vectors, drawn: FloatArray
) -> None:
    monkeypatch.setattr(module, "EXACT_ROWS", 2000)
    for place, query in enumerate(drawn[ROWS:]):
        scores = drawn[:ROWS] @ query
        mask = allowed("farthest", scores, drawn[:ROWS], place)
        assert mask is not None
        stored = vectors.take(np.flatnonzero(mask)).astype(np.float64)
        exact = stored @ query / np.linalg.norm(stored, axis=1)
        best = np.flatnonzero(mask)[np.argsort(-exact, kind="stable")[:100]]
        assert [hit.passage for hit in vectors.search(query, 100, mask)] == best.tolist()
