"""How fast and how well vectors are found, against FAISS's exact search of float32, side by side in one run.

`python -m eval.bench.vectors --index IDX [--size N] --out DIR`: IDX is an index of real letters, by whose vectors as
many as wanted are drawn (eval/bench/drawn.py). Each query is answered by both in turn by one thread, with the same
selector where it is filtered; look at the ratios, since both carry what else the machine does (processor time leaves
out the waiting for a busy machine's cores). Recall counts what is as near as the tenth, within `TIE`. Writes
vectors.json, vectors.md and vectors.png.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np

from eval.bench.drawn import QUANTILES, draw, drawn_cosines, fit
from eval.bench.vectors_report import write
from indexer.embed import FloatArray
from indexer.filters import NO_FILTERS
from indexer.store.embedded import open_embedded
from indexer.store.inverted import BoolArray
from indexer.store.vectors import Vectors, write_vectors

# float16 moves a cosine by up to 5e-5 (seen on 2,000 drawn vectors): nearer than this is as near.
TIE = 1e-4
_TOP = 10
_NEIGHBOURS = 2000
_KINDS_ON = 200_000
_FAISS: Any = faiss  # its stubs know nothing of the keywords that its Python layer adds


class Took(NamedTuple):
    """Seconds that something took, by the clock and of the processor."""

    seconds: float
    processor: float


class Filter(NamedTuple):
    """A kind of filter and the share of the passages that it lets through."""

    kind: str
    share: float


FILTERS = (
    Filter("none", 1),
    *(Filter("random", share) for share in (0.1, 0.01, 0.001)),
    *(Filter("far topic", share) for share in (0.1, 0.01, 0.001)),
    *(Filter("farthest", share) for share in (0.1, 0.01)),
)


def masks(chosen: Filter, rows: FloatArray, queries: FloatArray) -> Iterator[BoolArray | None]:
    """Return a filter for each query: random rows, the farthest, or a far row (of the last tenth) with its nearest."""
    random = np.random.default_rng(1)
    number = round(chosen.share * len(rows))
    for query in queries:
        if chosen.kind == "none":
            yield None
            continue
        mask = np.zeros(len(rows), dtype=np.bool_)
        if chosen.kind == "random":
            mask[random.choice(len(rows), number, replace=False)] = True
        else:
            scores = rows @ query
            if chosen.kind == "far topic":
                far = random.choice(np.argpartition(scores, len(rows) // 10)[: len(rows) // 10])
                scores = -(rows @ rows[far])
            mask[np.argpartition(scores, number)[:number]] = True
        yield mask


def compare(flat: faiss.IndexFlatIP, ours: Vectors, queries: FloatArray, chosen: Filter, limit: int) -> dict[str, Any]:
    """Return milliseconds of both, the ratio of their medians, and recall."""
    rows = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
    theirs_took: list[Took] = []
    ours_took: list[Took] = []
    recalls, deep = [], []
    for query, mask in zip(queries, masks(chosen, rows, queries), strict=True):
        selector = None if mask is None else _FAISS.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        parameters = None if selector is None else _FAISS.SearchParameters(sel=selector)
        took, (scores, _) = _timed(lambda q=query, p=parameters: flat.search(q[None], limit, params=p))  # type: ignore[misc]
        theirs_took.append(took)
        took, hits = _timed(lambda q=query, m=mask: ours.search(q, limit, m))  # type: ignore[misc]
        ours_took.append(took)
        there = min(limit, flat.ntotal if mask is None else int(mask.sum()))
        if len(hits) != there:
            raise AssertionError(f"{len(hits)} hits of {there}")
        found = rows[[hit.passage for hit in hits]] @ query
        recalls.append(_recall(found, scores[0], min(_TOP, there)))
        deep.append(_recall(found, scores[0], there))
    return {
        "filter": chosen.kind,
        "share": chosen.share,
        "limit": limit,
        "flat_p50_ms": _ms(theirs_took, 0.5),
        "ours_p50_ms": _ms(ours_took, 0.5),
        "flat_p95_ms": _ms(theirs_took, 0.95),
        "ours_p95_ms": _ms(ours_took, 0.95),
        "ratio_p50": round(_ms(theirs_took, 0.5) / _ms(ours_took, 0.5), 2),
        "ratio_processor": round(_processor(theirs_took) / _processor(ours_took), 2),
        "ours_processor_ms": round(1000 * _processor(ours_took), 2),
        "recall_at_10": round(statistics.mean(recalls), 4),
        "recall_at_limit": round(statistics.mean(deep), 4),
    }


def kinds(flat: faiss.IndexFlatIP, queries: FloatArray) -> dict[str, Any]:
    """Return recall at 10 of exact search in float16 and int8 against float32, on at most 200,000 vectors."""
    number = min(flat.ntotal, _KINDS_ON)
    rows = flat.reconstruct_n(0, number)
    exact = faiss.IndexFlatIP(flat.d)
    exact.add(rows)
    scores, _ = exact.search(queries, _TOP)
    found: dict[str, Any] = {"vectors": number}
    for name, kind in (("float16", _FAISS.ScalarQuantizer.QT_fp16), ("int8", _FAISS.ScalarQuantizer.QT_8bit)):
        index = faiss.IndexScalarQuantizer(flat.d, kind, faiss.METRIC_INNER_PRODUCT)
        index.train(rows[:: max(1, number // 50_000)])
        index.add(rows)
        near = [rows[places] @ query for query, places in zip(queries, index.search(queries, _TOP)[1], strict=True)]
        found[name] = {
            f"recall_at_10_within_{tie:g}": round(
                statistics.mean(_recall(one, other, _TOP, tie) for one, other in zip(near, scores, strict=True)), 4
            )
            for tie in (1e-6, TIE)
        }
    return found


def resident(path: Path) -> dict[str, float]:
    """Return the megabytes of a process before and after it opens and searches a file: its own and the file's pages."""
    before = _memory()
    started = time.perf_counter()
    opened = Vectors(path)
    seconds = time.perf_counter() - started
    random = np.random.default_rng(2)
    for _ in range(50):
        opened.search(opened.take(random.integers(0, opened.shape[0], 1))[0], 400)
    after = _memory()
    return {
        "open_s": round(seconds, 3),
        "own_before_mb": before["RssAnon"],
        "own_mb": after["RssAnon"],
        "mapped_mb": after["RssFile"],
    }


def measure(index_dir: Path, size: int, queries: int, place: Path) -> dict[str, Any]:
    """Draw, build, and measure all."""
    real, items = _real(index_dir)
    process = fit(real, items, size)
    drawn = np.memmap(place / "drawn", dtype=np.float32, mode="w+", shape=(size + queries, real.shape[1]))
    draw(process, size + queries, drawn)
    rows, asked = drawn[:size], np.array(drawn[size:])
    threads = len(os.sched_getaffinity(0))
    built, _ = _timed(lambda: write_vectors(place / "vectors.faiss", rows, threads))
    used = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", "eval.bench.vectors", "--resident", str(place / "vectors.faiss")],
        check=True,
        capture_output=True,
    )
    flat = faiss.IndexFlatIP(real.shape[1])
    for start in range(0, size, 65_536):
        flat.add(np.ascontiguousarray(rows[start : start + 65_536]))
    faiss.omp_set_num_threads(threads)
    drawn_near = drawn_cosines(flat, np.array(rows[:_NEIGHBOURS]))
    ours = Vectors(place / "vectors.faiss")
    for _ in ours.slices():  # as in a service that has run for a while: a map's first touch of a page is slow
        pass
    compared = []
    for chosen in FILTERS:
        for limit in (_TOP, 400):
            some = asked if chosen.kind == "none" else asked[: max(1, queries // 4)]
            compared.append(compare(flat, ours, some, chosen, limit))
            sys.stderr.write(json.dumps(compared[-1]) + "\n")
    return {
        "size": size,
        "dimension": real.shape[1],
        "queries": queries,
        "faiss": faiss.__version__,
        "cores": threads,
        "load": os.getloadavg()[0],
        "build_s": round(built.seconds, 1),
        "disk_mb": round((place / "vectors.faiss").stat().st_size / 1e6, 1),
        "resident": json.loads(used.stdout),
        "scale": process.scale,
        "nearest_neighbours": {
            "quantiles": QUANTILES,
            "real": [round(float(one), 3) for one in np.quantile(process.cosines, QUANTILES)],
            "drawn": [round(float(one), 3) for one in np.quantile(drawn_near, QUANTILES)],
        },
        "neighbours": {"real": process.cosines.tolist(), "drawn": drawn_near.tolist()},
        "searches": compared,
        "kinds": kinds(flat, asked),
    }


def _real(index_dir: Path) -> tuple[FloatArray, Any]:
    opened = open_embedded(index_dir)
    found = [(opened.vectors(key), place) for place, key in enumerate(opened.select(NO_FILTERS))]
    opened.close()
    vectors = np.concatenate([one for one, _ in found])
    return vectors, np.repeat([place for _, place in found], [len(one) for one, _ in found])


def _timed(call: Callable[[], Any]) -> tuple[Took, Any]:
    started, spent = time.perf_counter(), time.thread_time()
    answer = call()
    return Took(time.perf_counter() - started, time.thread_time() - spent), answer


def _recall(found: FloatArray, exact: FloatArray, number: int, tie: float = TIE) -> float:
    return min(number, int(np.count_nonzero(found >= exact[number - 1] - tie))) / number


def _ms(took: list[Took], quantile: float) -> float:
    return round(1000 * float(np.quantile([one.seconds for one in took], quantile)), 2)


def _processor(took: list[Took]) -> float:
    return statistics.median(one.processor for one in took)


def _memory() -> dict[str, float]:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return {
        name: int(rest.split()[0]) / 1000 for name, _, rest in (line.partition(":") for line in lines) if "Rss" in name
    }


def main() -> None:
    """Measure and write, or print what one opened file takes."""
    parser = argparse.ArgumentParser(description="Speed and recall of vector search.")
    parser.add_argument("--index", type=Path, help="an index of real letters")
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--resident", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.resident:
        sys.stdout.write(json.dumps(resident(chosen.resident)))
        return
    if not (chosen.index and chosen.out):
        parser.error("--index and --out are needed")
    with tempfile.TemporaryDirectory() as place:
        write(chosen.out, measure(chosen.index, chosen.size, chosen.queries, Path(place)))


if __name__ == "__main__":
    main()
