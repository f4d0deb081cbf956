"""How fast the lexical index is at a size, and what adding to it costs.

`python -m eval.bench.words --size N --out DIR [--index DIR]` writes words.json and words.md into DIR; an index folder
that was given and holds one already is measured as it is. Texts are made up (`made_items.py`); times are of one thread.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from eval.bench.made_items import MadeItems
from eval.bench.words_report import LIMIT, Asked, Drift, Growth, Report, Timing, markdown
from indexer.columns import BoolArray
from indexer.store.words import Words
from indexer.store.words_queries import words_of
from indexer.store.words_writing import extend_words, words_files, write_words
from indexer.wording import is_telling

_SEED = 1
_SHARES = (0.1, 0.01, 0.001)
_ADDED = 1_000
_DEAD = 100
_DROPPED = (0.01, 0.1, 0.3)
_COMMON = 2
_FIRST = 10


def measure(size: int, folder: Path, queries: int, drift_size: int) -> Report:
    """Measure an index of made-up items, written into a folder unless it is there."""
    made = MadeItems(_SEED)
    seconds = None
    if not folder.exists():
        started = time.perf_counter()
        write_words(folder, made.bodies(0, size))
        seconds = time.perf_counter() - started
    return Report(
        size=size,
        bytes=sum((folder / name).stat().st_size for name in words_files(folder)),
        seconds_to_write=seconds,
        searches=tuple(searches(made, Words(folder), size, queries)),
        growth=growth(made, folder, size),
        drift=tuple(drift(made, min(drift_size, size), queries)),
    )


def searches(made: MadeItems, words: Words, size: int, queries: int) -> Iterator[Timing]:
    """Time titles and pages, plain and stemmed, among all, among random slots, and among slots far from the text."""
    dice = np.random.default_rng(_SEED)
    random = {share: dice.random(size) < share for share in _SHARES}
    for name, texts in (("titles", made.titles(queries)), ("pages", made.pages(queries))):
        far = [_far(words, text, size) for text in texts]
        masks: list[tuple[str, list[BoolArray | None]]] = [("all", [None] * len(texts))]
        masks += [(f"{share:.1%} at random", [random[share]] * len(texts)) for share in _SHARES]
        masks += [(f"{share:.1%} far from the text", [mask & random[share] for mask in far]) for share in _SHARES]
        for stemmed in (False, True):
            for allowed, each in masks:
                yield _timing(words, Asked(name, allowed, stemmed), texts, each)


def growth(made: MadeItems, folder: Path, size: int) -> Growth:
    """Add and delete a few items."""
    bodies = list(made.bodies(size, size + _ADDED))
    dead = np.random.default_rng(_SEED).choice(size, min(_DEAD, size), replace=False).tolist()
    with TemporaryDirectory(dir=folder.parent) as place:
        new = Path(place) / "words"
        started = time.perf_counter()
        extend_words(folder, new, bodies, dead)
        seconds = time.perf_counter() - started
        files = [new / name for name in words_files(new)]
        old = {(folder / name).stat().st_ino for name in words_files(folder)}
        fresh = [path for path in files if path.stat().st_ino not in old]
        written = sum(path.stat().st_size for path in fresh)
        return Growth(
            added=len(bodies),
            dead=len(dead),
            seconds=seconds,
            files=len(files),
            linked=len(files) - len(fresh),
            bytes_written=written,
        )


def drift(made: MadeItems, size: int, queries: int) -> Iterator[Drift]:
    """Delete shares of an index's items, and compare with an index that never held them."""
    with TemporaryDirectory() as made_in:
        place = Path(made_in)
        write_words(place / "whole", made.bodies(0, size))
        for share in _DROPPED:
            dropped = np.random.default_rng(_SEED).random(size) < share
            extend_words(place / "whole", place / f"less-{share}", [], np.flatnonzero(dropped).tolist())
            write_words(place / f"anew-{share}", (body for body in made.bodies(0, size) if not dropped[body[0]]))
            less, anew = Words(place / f"less-{share}"), Words(place / f"anew-{share}")
            pairs = [_firsts(less, anew, text) for text in (*made.titles(queries), *made.pages(queries))]
            scores, tens, all_200 = np.asarray([pair for pair in pairs if pair is not None]).T
            yield Drift(
                dropped=share,
                score=float(np.median(scores)),
                first_ten=float(tens.mean()),
                first_200=float(all_200.mean()),
            )


def _firsts(less: Words, anew: Words, text: str) -> tuple[float, float, float] | None:
    first, second = (dict(words.search(text, LIMIT, stemmed=True)) for words in (less, anew))
    if not first or not second:
        return None
    both = first.keys() & second.keys()
    moved = float(np.median([abs(first[slot] / second[slot] - 1) for slot in both])) if both else 1.0
    tens = set(list(first)[:_FIRST]) & set(list(second)[:_FIRST])
    return moved, len(tens) / min(_FIRST, len(second)), len(both) / len(second)


def _far(words: Words, text: str, size: int) -> BoolArray:
    """Allow the slots without a text's commonest telling words."""
    allowed = np.ones(size, dtype=np.bool_)
    telling = {word for word in words_of(text) if is_telling(word)}
    for word in sorted(telling, key=words.frequency, reverse=True)[:_COMMON]:
        allowed[words.holding([word])] = False
    return allowed


def _timing(words: Words, asked: Asked, texts: Sequence[str], masks: Sequence[BoolArray | None]) -> Timing:
    found, processor, clock = [], [], []
    words.search(texts[0], LIMIT, masks[0], stemmed=asked.stemmed)
    for text, mask in zip(texts, masks, strict=True):
        work, wall = time.thread_time(), time.perf_counter()
        found.append(len(words.search(text, LIMIT, mask, stemmed=asked.stemmed)))
        processor.append((time.thread_time() - work) * 1_000)
        clock.append((time.perf_counter() - wall) * 1_000)
    return Timing(
        asked=asked,
        queries=len(texts),
        found=float(np.mean(found)),
        cpu=tuple(np.percentile(processor, (50, 95)).tolist()),
        clock=tuple(np.percentile(clock, (50, 95)).tolist()),
    )


def main() -> None:
    """Measure and write the report."""
    parser = ArgumentParser(prog="python -m eval.bench.words", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--queries", type=int, default=30)
    parser.add_argument("--drift-size", type=int, default=50_000)
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=told.out) as place:
        found = measure(told.size, told.index or Path(place) / "words", told.queries, told.drift_size)
    (told.out / "words.json").write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))
    (told.out / "words.md").write_text(markdown(found), encoding="utf-8")


if __name__ == "__main__":
    main()
