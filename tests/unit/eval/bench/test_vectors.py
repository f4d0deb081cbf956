"""The measurement of vectors: filters let through the share they say, and the report holds the figures."""

import json
from pathlib import Path

import faiss
import numpy as np
import pytest

from eval.bench.vectors import TIE, Filter, compare, kinds, masks, resident
from eval.bench.vectors_report import write
from indexer.embed import FloatArray
from indexer.store.vectors import Vectors, write_vectors

ROWS = 3000


@pytest.fixture(scope="module")
def drawn() -> FloatArray:
    """Unit vectors; the last five are queries."""
    found = np.random.default_rng(8).standard_normal((ROWS + 5, 16))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def flat(drawn: FloatArray) -> faiss.IndexFlatIP:
    """All but the queries as FAISS has them."""
    index = faiss.IndexFlatIP(16)
    index.add(drawn[:ROWS])
    return index


@pytest.mark.parametrize("kind", ["random", "far topic", "farthest"])
def test_a_filter_lets_its_share_through(drawn: FloatArray, kind: str) -> None:
    found = list(masks(Filter(kind, 0.01), drawn[:ROWS], drawn[ROWS:]))
    assert [int(mask.sum()) for mask in found if mask is not None] == [ROWS // 100] * 5


def test_the_farthest_are_farther_than_all_others(drawn: FloatArray) -> None:
    for query, mask in zip(drawn[ROWS:], masks(Filter("farthest", 0.1), drawn[:ROWS], drawn[ROWS:]), strict=True):
        assert mask is not None
        scores = drawn[:ROWS] @ query
        assert scores[mask].max() <= scores[~mask].min()


@pytest.mark.parametrize("kind", ["none", "random"])
def test_exact_searches_agree(tmp_path: Path, drawn: FloatArray, flat: faiss.IndexFlatIP, kind: str) -> None:
    write_vectors(tmp_path / "file", drawn[:ROWS])
    found = compare(flat, Vectors(tmp_path / "file"), drawn[ROWS:], Filter(kind, 1 if kind == "none" else 0.1), 20)
    assert found["recall_at_10"] == found["recall_at_limit"] == 1
    assert found["flat_p50_ms"] > 0


def test_int8_is_coarser_than_float16(flat: faiss.IndexFlatIP, drawn: FloatArray) -> None:
    found = kinds(flat, drawn[ROWS:])
    assert found["float16"][f"recall_at_10_within_{TIE:g}"] == 1
    assert found["int8"]["recall_at_10_within_1e-06"] <= found["float16"]["recall_at_10_within_1e-06"]


def test_memory_is_told_apart(tmp_path: Path, drawn: FloatArray) -> None:
    write_vectors(tmp_path / "file", drawn[:ROWS])
    assert set(resident(tmp_path / "file")) == {"open_s", "own_before_mb", "own_mb", "mapped_mb"}


def test_the_report_holds_the_figures(tmp_path: Path, drawn: FloatArray, flat: faiss.IndexFlatIP) -> None:
    write_vectors(tmp_path / "file", drawn[:ROWS])
    search = compare(flat, Vectors(tmp_path / "file"), drawn[ROWS:], Filter("none", 1), 10)
    quantiles = {"quantiles": (0.5,), "real": [0.7], "drawn": [0.71]}
    found = {
        "size": ROWS, "dimension": 16, "faiss": "1", "cores": 2, "load": 0.5, "build_s": 1.5, "disk_mb": 2.5,
        "resident": resident(tmp_path / "file"), "nearest_neighbours": quantiles, "searches": [search],
        "neighbours": {"real": [0.7, 0.8], "drawn": [0.6, 0.9]}, "kinds": kinds(flat, drawn[ROWS:]),
    }  # fmt: skip
    write(tmp_path / "out", dict(found))
    assert json.loads((tmp_path / "out" / "vectors.json").read_text(encoding="utf-8"))["searches"] == [search]
    table = (tmp_path / "out" / "vectors.md").read_text(encoding="utf-8")
    assert f"| none | 1 | 10 | {search['flat_p50_ms']} |" in table
    assert "| drawn | 0.71 |" in table
    assert (tmp_path / "out" / "vectors.png").stat().st_size > 1000
