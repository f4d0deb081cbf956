"""A whole index of up to millions of passages: `python -m eval.bench.scale --index IDX --out DIR --sizes 10000 100000`.

At each size: how long it took to grow to it, what adding 1,000 letters costs until they are published, what joining
segments cost after that, where it was due, disk, and in a process of its own the memory of an opened index, searches by
words and the service end to end, the request's embedding left out (its vector is drawn, not made). IDX is an index of
real letters: vectors are drawn like its own. Figures go to DIR/scale.json and .png; the index stays in DIR/index.
"""

import json
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np

from config.settings import Settings, load_settings
from eval.bench.drawn import Process, fit
from eval.bench.made_letters import MadeLetters
from eval.latency import milliseconds
from indexer.build import made_by
from indexer.embed import Fingerprint, FloatArray
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.store.manifest import current_folder
from indexer.store.open import open_draft, open_index
from service.precedents import PrecedentService
from service.web.generations import settle

LETTERS = 5_000
ADDED = 1_000
_QUERIES = 60
_PASSAGES_A_LETTER = 3.3
_ADDED_BLOCK = 9_000


class Drawn:
    """An embedder whose vectors are drawn beforehand: what is measured is all but the embedding."""

    def __init__(self, fingerprint: Fingerprint, vectors: FloatArray) -> None:
        """Hand out vectors in turn."""
        self.fingerprint = fingerprint
        self.device = "cpu"
        self._vectors = vectors
        self._next = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the next vectors."""
        places = (self._next + np.arange(len(texts))) % len(self._vectors)
        self._next += len(texts)
        found: FloatArray = self._vectors[places]
        return found


def settings_at(place: Path, threads: int = 1) -> Settings:
    """Return settings of an index."""
    return load_settings(flags={"index": {"dir": place}, "model": {"threads": threads}})


def process_of(index_dir: Path, size: int) -> tuple[Process, Fingerprint]:
    """Return what vectors like those of an index's passages are drawn by."""
    with closing(open_index(settings_at(index_dir))) as index:
        keys = index.select(NO_FILTERS)
        vectors = [index.vectors(key) for key in keys]
        items = np.repeat(np.arange(len(keys)), [len(found) for found in vectors])
        return fit(np.concatenate(vectors), items, size), index.fingerprint


class Took(NamedTuple):
    """The seconds until letters were published, and those of joining segments after that."""

    publishing: float
    joining: float


def grow(place: Path, letters: MadeLetters, fingerprint: Fingerprint, blocks: range, size: int = LETTERS) -> Took:
    """Add blocks of letters to an index and publish it; return the seconds, the making of letters left out."""
    seconds = 0.0
    settings = settings_at(place)
    with open_draft(settings, made_by(settings, fingerprint)) as draft:
        for number in blocks:
            contents, vectors = letters.block(number, size)
            started = time.perf_counter()
            draft.add(contents, vectors)
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        draft.publish()
        published = time.perf_counter()
        draft.join(lambda _: None)
        return Took(seconds + published - started, time.perf_counter() - published)


def sizes_of(place: Path) -> dict[str, int]:
    """Return the bytes of an index's files by kind."""
    found: dict[str, int] = {}
    current = current_folder(place)
    for path in [*(place / "segments").rglob("*"), *current.rglob("*")]:
        if path.is_file():
            kind = "words" if "words" in path.parts else path.suffix.lstrip(".")
            found[kind] = found.get(kind, 0) + path.stat().st_size
    return found


def timed(work: Callable[[Any], object], things: Sequence[Any]) -> dict[str, float]:
    """Return the median and the 95th percentile of how many milliseconds each took."""
    took = milliseconds(work, things)
    return {"p50": round(float(np.median(took)), 1), "p95": round(float(np.quantile(took, 0.95)), 1)}


def memory() -> dict[str, float]:
    """Return this process's resident memory in MB: all of it, and what is not a mapped file."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return {name: round(int(told[field].split()[0]) / 1024) for name, field in (("all", "VmRSS"), ("own", "RssAnon"))}


def ask(place: Path, vectors: Path, texts: Path, threads: int) -> dict[str, Any]:
    """Open an index and ask it; for a process of its own."""
    queries = np.load(vectors)
    asked = json.loads(texts.read_text(encoding="utf-8"))
    before = memory()
    started = time.perf_counter()
    index = open_index(settings_at(place, threads))
    opening = time.perf_counter() - started
    with closing(index):
        service = PrecedentService(index, Drawn(index.fingerprint, queries), settings_at(place, threads))
        # As a server does before it answers.
        service.warm_up()
        settle()
        found = {
            "opening_seconds": round(opening, 2),
            "memory_before_mb": before,
            "memory_opened_mb": memory(),
            "vectors": {name: _by_vector(index, queries, filters) for name, filters in _filters(index).items()},
            "words": {
                kind: timed(lambda text: index.search_text(text, 200, stemmed=True), some)
                for kind, some in asked.items()
            },
            "search": {kind: timed(service.search, some) for kind, some in asked.items()},
            "evidence": {kind: timed(service.evidence, some) for kind, some in asked.items()},
        }
        return {**found, "memory_after_mb": memory(), "items": index.counts.items, "passages": index.counts.passages}


def _by_vector(index: Index, queries: FloatArray, filters: Filters) -> dict[str, float]:
    return timed(lambda vector: index.search_vector(vector, 400, filters), list(queries[:_QUERIES]))


def _filters(index: Index) -> dict[str, Filters]:
    """Return filters that about a tenth, a hundredth and a thousandth of the items pass, by treatment."""
    counts = sorted((count, value) for value, count in index.facet("treatment").items())
    total = index.counts.items
    found = {"all": NO_FILTERS}
    for share in (0.1, 0.01, 0.001):
        treatments: list[str] = []
        held = 0
        for count, value in counts:
            if not treatments or held + count <= share * total:
                treatments.append(value)
                held += count
        found[f"{held / total:.2%}"] = Filters(treatment=tuple(treatments))
    return found


@contextmanager
def asked_of(letters: MadeLetters, place: Path) -> Iterator[tuple[Path, Path]]:
    """Write down what is asked, for a process of its own."""
    vectors, texts = place / "queries.npy", place / "asked.json"
    np.save(vectors, letters.queries(_QUERIES))
    asked = {"titles": letters.titles(_QUERIES), "pages": letters.pages(_QUERIES)}
    texts.write_text(json.dumps(asked), encoding="utf-8")
    yield vectors, texts


def measure(index_dir: Path, out: Path, sizes: Sequence[int], threads: int) -> list[dict[str, Any]]:
    """Grow an index from size to size and measure it at each."""
    process, fingerprint = process_of(index_dir, 50_000)
    letters = MadeLetters(process)
    place = out / "index"
    shutil.rmtree(place, ignore_errors=True)
    told: list[dict[str, Any]] = []
    done = 0
    for size in sizes:
        blocks = range(done, max(done + 1, round(size / _PASSAGES_A_LETTER / LETTERS)))
        done = blocks.stop
        growing = grow(place, letters, fingerprint, blocks)
        adding = grow(place, letters, fingerprint, range(_ADDED_BLOCK + len(told), _ADDED_BLOCK + len(told) + 1), ADDED)
        with asked_of(letters, out) as (vectors, texts):
            asking = ["--threads", str(threads), "--ask", str(place), str(vectors), str(texts)]
            command = [sys.executable, "-m", "eval.bench.scale", *asking]
            answered = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
        told.append(
            {
                "blocks": [blocks.start, blocks.stop],
                "growing_seconds": round(growing.publishing, 1),
                "joining_after_growing_seconds": round(growing.joining, 2),
                "adding_1000_letters_seconds": round(adding.publishing, 2),
                "joining_after_adding_seconds": round(adding.joining, 2),
                "bytes": sizes_of(place),
                **json.loads(answered.stdout),
            }
        )
        (out / "scale.json").write_text(json.dumps(told, indent=2), encoding="utf-8")
        sys.stdout.write(json.dumps(told[-1]) + "\n")
        sys.stdout.flush()
    return told


def plot(told: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw what grows with the index and what does not."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 4.2), layout="constrained")
    passages = [one["passages"] for one in told]
    left.plot(passages, [one["adding_1000_letters_seconds"] for one in told], marker="o", label="adding 1,000 letters")
    left.set(xscale="log", xlabel="passages", ylabel="seconds", ylim=(0, None), title="Until they are published")
    for when in ("growing", "adding"):
        seconds = [one[f"joining_after_{when}_seconds"] for one in told]
        middle.plot(passages, seconds, marker="o", label=f"after {when}")
    middle.set(
        xscale="log", xlabel="passages", ylabel="seconds", ylim=(0, None), title="Joining segments after that, if due"
    )
    for kind, style in (("titles", "-"), ("pages", "--")):
        for what in ("words", "search", "evidence"):
            values = [one[what][kind]["p95"] for one in told]
            right.plot(passages, values, style, marker="o", label=f"{what}, {kind}")
    right.set(xscale="log", xlabel="passages", ylabel="ms, p95", ylim=(0, None), title="Asking it")
    for axes in (left, middle, right):
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main() -> None:
    """Measure and write figures and plot."""
    parser = ArgumentParser(prog="python -m eval.bench.scale", description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--threads", type=int, default=1, help="threads of a process that is asked")
    parser.add_argument("--ask", type=Path, nargs=3, metavar=("INDEX", "VECTORS", "TEXTS"))
    told = parser.parse_args()
    if told.ask:
        place, vectors, texts = told.ask
        sys.stdout.write(json.dumps(ask(place, vectors, texts, told.threads)))
        return
    if told.index is None or told.out is None:
        parser.error("--index and --out are needed")
    told.out.mkdir(parents=True, exist_ok=True)
    plot(measure(told.index, told.out, told.sizes, told.threads), told.out / "scale.png")


if __name__ == "__main__":
    main()
