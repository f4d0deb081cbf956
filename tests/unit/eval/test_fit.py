"""Weights are tried on signals that were gathered once; no fold is scored with weights that saw it."""

import numpy as np
import pytest

from config.settings import load_settings
from eval.datasets import Query
from eval.fit import SIGNALS, Floats, Pool, first_ids, fit, grid
from service.score import Signals, weighed


def pool(*rows: tuple[str, float, float]) -> Pool:
    signals = np.zeros((len(rows), len(SIGNALS)))
    signals[:, SIGNALS.index("dense")] = [row[1] for row in rows]
    signals[:, SIGNALS.index("lexical")] = [row[2] for row in rows]
    return Pool(Query(id="q", text="x"), ((tuple(row[0] for row in rows), signals),))


def weights(**given: float) -> Floats:
    return np.asarray([given.get(name, 0.0) for name in SIGNALS])


def test_weights_order_and_ids_break_ties() -> None:
    found = pool(("a#1", 0.1, 1.0), ("c#1", 0.9, 0.0), ("b#1", 0.9, 0.0))
    assert first_ids(found, weights(dense=1)) == ["b#1", "c#1", "a#1"]
    assert first_ids(found, weights(lexical=1)) == ["a#1", "b#1", "c#1"]


def test_requested_items_take_turns() -> None:
    one, other = pool(("a#1", 1.0, 0.0), ("b#1", 0.5, 0.0)), pool(("b#1", 1.0, 0.0), ("c#1", 0.5, 0.0))
    both = Pool(one.query, (*one.parts, *other.parts))
    assert first_ids(both, weights(dense=1)) == ["a#1", "b#1", "c#1"]


def test_every_signal_is_tried() -> None:
    assert set(grid()[0]) == set(SIGNALS)
    assert len({tuple(one.values()) for one in grid()}) == len(grid())


def test_a_fold_is_scored_with_weights_that_did_not_see_it() -> None:
    tried = [{"dense": 1.0}, {"dense": 2.0}]
    # The second weights are best for one cluster only, by so much that they win wherever it is seen.
    scores = np.asarray([[0.5, 0.5, 0.5, 0.5, 0.0], [0.4, 0.4, 0.4, 0.4, 1.0]])
    found = fit(scores, ["k"] * 5, ["a", "b", "c", "d", "e"], tried)
    assert found.weights == tried[1]
    assert found.by_kind == {"k": pytest.approx(0.52)}
    assert found.cross_validated == {"k": pytest.approx((0.4 * 4 + 0.0) / 5)}
    assert found.chosen.count(tried[0]) == 1


def test_kinds_count_alike() -> None:
    scores = np.asarray([[1.0, 1.0, 1.0, 0.0], [0.8, 0.8, 0.8, 0.9]])
    assert fit(scores, ["a", "a", "a", "b"], range(4), [{"dense": 1.0}, {"dense": 2.0}]).weights == {"dense": 2.0}


def test_the_sum_is_the_services_own() -> None:
    search = load_settings().search
    signals = Signals(dense=0.5, lexical=0.25, concept=1.0, outcome=1.0)
    vector = np.asarray([getattr(search, f"{name}_weight") for name in SIGNALS])
    assert weighed(signals, search) == pytest.approx(float(vector @ [getattr(signals, name) for name in SIGNALS]))
