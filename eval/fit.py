"""Fit the weights of the score, with cross-validation by letter: `python -m eval.fit --index DIR DATASET...`.

Every query is run once; its candidates keep their signals (`service/score.py`), so any weights can be tried on them.
The weight of the cosine is 1: only proportions matter. Each fold's letters are scored with the weights that are best
without them. Kinds of queries count alike, however many queries each has. Folding is left out: it moves few items.
"""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Hashable, Sequence
from contextlib import closing
from itertools import product, zip_longest
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from config.settings import Settings, load_settings
from eval.datasets import Dataset, Query, load_dataset
from eval.items import ItemNames, align, excluding
from eval.metrics import NDCG, score_queries
from eval.runs import by_place, ranked
from indexer.embed import Embedder, load_embedder
from indexer.index import Index
from indexer.parse.normalise import default_normaliser
from indexer.store.open import open_index
from service.retrieve import retrieve
from service.score import Signals
from service.understand import understand

Floats = npt.NDArray[np.float64]

SIGNALS = Signals.__struct_fields__
FOLDS = 5
_DEPTH = 10
_GRID: dict[str, tuple[float, ...]] = {
    "dense": (1.0,),
    "lexical": (0.0, 0.2, 0.4, 0.6, 0.8),
    "concept": (0.0, 0.5, 0.75, 1.0, 1.25, 1.5),
    "outcome": (0.0, 0.075, 0.15, 0.25),
}


class Pool(NamedTuple):
    """A query's candidates: for each requested item their ids, and their signals in the order of `SIGNALS`."""

    query: Query
    parts: tuple[tuple[tuple[str, ...], Floats], ...]


class Fit(NamedTuple):
    """What came out: the best weights over all, their figures by kind, and the same cross-validated."""

    weights: dict[str, float]
    by_kind: dict[str, float]
    cross_validated: dict[str, float]
    chosen: tuple[dict[str, float], ...]


def grid() -> list[dict[str, float]]:
    """Return the weights that are tried."""
    return [dict(zip(_GRID, values, strict=True)) for values in product(*_GRID.values())]


def gather(dataset: Dataset, index: Index, embedder: Embedder, settings: Settings) -> list[Pool]:
    """Run every query of a dataset once and keep its candidates with their signals."""
    normaliser, names = default_normaliser(), ItemNames(index)
    pools = []
    for query in tqdm(dataset.queries, desc=dataset.name, unit="query"):
        asked = understand(query.text, normaliser, settings.search.max_items)
        vectors = embedder.encode([item.text for item in asked])
        parts = []
        for item, vector in zip(asked, vectors, strict=True):
            found = retrieve(item, vector, index, normaliser, excluding(query), settings.search)
            signals = [[getattr(candidate.signals, name) for name in SIGNALS] for candidate in found]
            ids = tuple(names.of(candidate.key) for candidate in found)
            parts.append((ids, np.asarray(signals, dtype=np.float64).reshape(-1, len(SIGNALS))))
        pools.append(Pool(query, tuple(parts)))
    return pools


def first_ids(pool: Pool, weights: Floats) -> list[str]:
    """Return the first ids for some weights, the requested items in turn."""
    lists = []
    for ids, signals in pool.parts:
        order = np.lexsort((np.asarray(ids, dtype=object).astype(str), -(signals @ weights)))
        lists.append([ids[place] for place in order[:_DEPTH]])
    turns = (one for turn in zip_longest(*lists) for one in turn if one is not None)
    return list(dict.fromkeys(turns))[:_DEPTH]


def score(dataset: Dataset, pools: Sequence[Pool], tried: Sequence[dict[str, float]]) -> Floats:
    """Return nDCG@10 of shape (weights tried, queries)."""
    found = np.zeros((len(tried), len(pools)))
    for row, weights in enumerate(tqdm(tried, desc=f"{dataset.name}: weights", unit="point")):
        vector = np.asarray([weights[name] for name in SIGNALS])
        run = {pool.query.id: ranked(by_place(first_ids(pool, vector))) for pool in pools}
        scores = score_queries(dataset.qrels, run)
        found[row] = [scores[pool.query.id][NDCG] for pool in pools]
    return found


def fit(scores: Floats, kinds: Sequence[str], clusters: Sequence[Hashable], tried: Sequence[dict[str, float]]) -> Fit:
    """Choose weights, over all and fold by fold.

    Args:
        scores: of shape (weights tried, queries).
        kinds: each query's kind.
        clusters: what each query belongs to; a cluster is in one fold.
        tried: the weights.
    """
    names = sorted(set(map(str, clusters)))
    fold_of = {name: place % FOLDS for place, name in enumerate(names)}
    folds = np.asarray([fold_of[str(cluster)] for cluster in clusters])
    best = _best(scores, kinds, np.ones(len(kinds), dtype=bool))
    held = np.zeros(len(kinds))
    chosen = []
    for fold in range(min(FOLDS, len(names))):
        row = _best(scores, kinds, folds != fold)
        held[folds == fold] = scores[row, folds == fold]
        chosen.append(tried[row])
    return Fit(tried[best], _means(scores[best], kinds), _means(held, kinds), tuple(chosen))


def _best(scores: Floats, kinds: Sequence[str], used: npt.NDArray[np.bool_]) -> int:
    places = np.flatnonzero(used).tolist()
    used_kinds = [kinds[place] for place in places]
    return int(np.argmax([fmean(_means(row[places], used_kinds).values()) for row in scores]))


def _means(values: Sequence[float] | Floats, kinds: Sequence[str]) -> dict[str, float]:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for value, kind in zip(values, kinds, strict=True):
        by_kind[kind].append(float(value))
    return {kind: fmean(found) for kind, found in sorted(by_kind.items())}


def main() -> None:
    """Fit and print."""
    parser = ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--index", required=True, type=Path)
    parser.add_argument("--kinds", action="store_true", help="tell the kinds of a dataset apart; else it is one kind")
    told = parser.parse_args()
    settings = load_settings(flags={"index": {"dir": told.index}})
    embedder, tried = load_embedder(settings.model), grid()
    scores, names, clusters = [], [], []
    with closing(open_index(settings)) as index:
        for folder in told.datasets:
            dataset = align(load_dataset(folder), index)
            pools = gather(dataset, index, embedder, settings)
            scores.append(score(dataset, pools, tried))
            names += [(pool.query.kind or dataset.name) if told.kinds else dataset.name for pool in pools]
            clusters += [pool.query.cluster for pool in pools]
    found = fit(np.concatenate(scores, axis=1), names, clusters, tried)
    print(f"best: {found.weights}")  # noqa: T201 - what the program is for
    print(f"nDCG@10: {_shown(found.by_kind)}; cross-validated by letter: {_shown(found.cross_validated)}")  # noqa: T201
    for number, weights in enumerate(found.chosen, start=1):
        print(f"without fold {number}: {weights}")  # noqa: T201


def _shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{kind} {value:.3f}" for kind, value in figures.items())


if __name__ == "__main__":
    main()
