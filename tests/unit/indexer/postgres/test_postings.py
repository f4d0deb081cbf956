"""Postings and BM25; that the figures are tantivy's is held by tests/conformance."""

import math

import numpy as np
import pytest

from indexer.postgres.postings import K1, B, Lengths, bm25, pack, unpack


def test_packing_keeps_postings() -> None:
    parts = [pack([0, 5], [1, 70_000]), pack([7], [2])]
    found = unpack(parts)
    assert found.items.tolist() == [0, 5, 7]
    assert found.counts.tolist() == [1, 65_535, 2]
    assert found.within(7).items.tolist() == [0, 5]
    assert unpack([]).items.tolist() == []


def test_bm25_by_hand() -> None:
    lengths = Lengths(np.asarray([4, 8, 3, 99]), np.asarray([True, True, True, False]))
    held = {"knee": unpack([pack([0, 1, 3], [1, 2, 9])])}
    scores = bm25(["knee", "knee", "nowhere"], held, lengths)
    rarity = math.log1p((3 - 2 + 0.5) / (2 + 0.5))
    expected = [
        2 * rarity * (K1 + 1) * times / (times + K1 * (1 - B + B * length / 5)) for times, length in ((1, 4), (2, 8))
    ]
    assert scores[:2].tolist() == pytest.approx(expected)
    assert scores[2:].tolist() == [0, 0]


def test_nothing_is_indexed() -> None:
    assert bm25(["knee"], {}, Lengths(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))).tolist() == []
