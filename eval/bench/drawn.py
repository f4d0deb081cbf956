"""Vectors in any number whose nearest neighbours are as near as those of real passages.

An index of real letters holds some hundred passages; a million must be drawn. Uniform ones would tell nothing
(FINDINGS), and copies with a little noise would be too easy, since neighbours come nearer as a corpus grows. So the
distribution of nearest-neighbour cosines is held to that of the real passages at the size that is measured: a real
passage's neighbour is sought among the passages of other items, a drawn one's among all that are drawn. A real corpus
of a million has nearer neighbours than that, and is easier to search.

Each vector belongs to a family, as a real passage does to a kind of request and a reviewer's template. A family's
centre is a real vector moved far; its members stray from it as far as its own spread says. Both moves follow the real
vectors' principal components. The spreads are drawn from the real cosines' quantiles and scaled by bisection.
"""

from typing import NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from indexer.embed import FloatArray

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

# Chosen by eye on 20,000 and 100,000 vectors: the components' weights flattened to this power (1 is real, 0 is even)
# and centres moved by their own length leave the low quantiles about where the real ones are (.62 for .58 at 5%); real
# weights do not (.68), since so many vectors crowd the few strong directions.
_FLATTENED = 0.7
_MOVED = 1.0
_FAMILY = 4
_SLICE = 20_000
_FITTED_ON = 50_000
_STEPS = 7
_SEED = 6


class Process(NamedTuple):
    """What vectors are drawn by."""

    seeds: FloatArray
    directions: FloatArray
    """One row a principal component, as long as the move along it."""
    cosines: npt.NDArray[np.float64]
    """Nearest-neighbour cosines of the real vectors."""
    scale: float


def real_cosines(vectors: FloatArray, items: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return each real passage's cosine with its nearest neighbour among the passages of other items."""
    cosines = (vectors @ vectors.T).astype(np.float64)
    cosines[items[:, None] == items[None]] = -1
    return np.asarray(cosines.max(axis=1))


def fit(vectors: FloatArray, items: npt.NDArray[np.int64], size: int) -> Process:
    """Return a process whose median nearest-neighbour cosine is the real one, fitted on at most 50,000 draws."""
    values, components = np.linalg.eigh(np.cov((vectors - vectors.mean(axis=0)).T))
    lengths = np.sqrt(np.maximum(values, values.max() * 1e-4)) ** _FLATTENED
    directions = np.asarray((components * (lengths / np.linalg.norm(lengths))).T, dtype=np.float32)
    process = Process(vectors, directions, real_cosines(vectors, items), 1.0)
    wanted = float(np.median(process.cosines))
    low, high = 0.5, 2.0
    for _ in range(_STEPS):
        process = process._replace(scale=(low + high) / 2)
        found = draw(process, min(size, _FITTED_ON))
        index = faiss.IndexFlatIP(found.shape[1])
        index.add(found)
        if float(np.median(drawn_cosines(index, found[:1000]))) > wanted:
            low = process.scale
        else:
            high = process.scale
    return process


def draw(process: Process, size: int, into: FloatArray | None = None) -> FloatArray:
    """Return so many unit vectors, drawn into an array where one is given (as on disk); the same for the same size."""
    random = np.random.default_rng(_SEED)
    dimension = process.seeds.shape[1]
    families = max(1, size // _FAMILY)
    own = random.integers(0, families, size)
    seeds = random.integers(0, len(process.seeds), families)
    near = np.clip(np.quantile(process.cosines, random.random(families)), 0.3, 0.9995)
    spread = np.asarray(process.scale * np.sqrt(1 / near - 1), dtype=np.float32)
    centres = np.empty((families, dimension), dtype=np.float32)
    for start in range(0, families, _SLICE):
        chosen = seeds[start : start + _SLICE]
        centres[start : start + _SLICE] = _unit(process.seeds[chosen] + _MOVED * _moves(process, random, len(chosen)))
    drawn = np.empty((size, dimension), dtype=np.float32) if into is None else into
    for start in range(0, size, _SLICE):
        family = own[start : start + _SLICE]
        moves = spread[family, None] * _moves(process, random, len(family))
        drawn[start : start + _SLICE] = _unit(centres[family] + moves)
    return drawn


def drawn_cosines(index: faiss.IndexFlatIP, first: FloatArray) -> npt.NDArray[np.float64]:
    """Return the cosines of an index's first vectors with their nearest neighbours in it."""
    scores, rows = index.search(first, 2)
    itself = rows[:, 0] == np.arange(len(first))
    return np.where(itself, scores[:, 1], scores[:, 0]).astype(np.float64)


def _moves(process: Process, random: np.random.Generator, number: int) -> FloatArray:
    steps = random.standard_normal((number, len(process.directions)), dtype=np.float32)
    return np.asarray(steps @ process.directions, dtype=np.float32)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
