"""How long the service takes: `python -m eval.latency --index DIR DATASET` prints p50 and p95 in milliseconds.

Titles are the dataset's queries of one line; pastes are made of them: a long query as the history and three titles in a
numbered list. The query's embedding is part of it, the loading of the model is not.
"""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from config.settings import load_settings
from eval.datasets import Query, load_dataset
from service.precedents import open_service

T = TypeVar("T")

_QUERIES = 60
_WARM_UP = 5
_TITLE_WORDS = 12


def pastes(queries: Sequence[Query], most: int) -> list[str]:
    """Return made-up pages: a long query's text, then three titles asked for in a list."""
    titles = [query.text for query in queries if len(query.text.split()) <= _TITLE_WORDS]
    long = [query.text.split("\n\n")[0] for query in queries if len(query.text.split()) > 5 * _TITLE_WORDS]
    return [
        f"{history}\n\nRequest for authorization:\n"
        + "\n".join(f"{place}. {titles[(3 * number + place) % len(titles)]}" for place in (1, 2, 3))
        for number, history in enumerate(long[:most])
        if titles
    ]


def milliseconds(work: Callable[[T], object], things: Sequence[T]) -> list[float]:
    """Return how long work on each thing took, after a few to warm up."""
    for thing in things[:_WARM_UP]:
        work(thing)
    found = []
    for thing in things:
        started = time.perf_counter()
        work(thing)
        found.append((time.perf_counter() - started) * 1000)
    return found


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(prog="python -m eval.latency", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--index", required=True, type=Path)
    told = parser.parse_args()
    queries = load_dataset(told.dataset).queries
    titles = [query.text for query in queries if len(query.text.split()) <= _TITLE_WORDS][:_QUERIES]
    pages = pastes(queries, _QUERIES)
    with closing(open_service(load_settings(flags={"index": {"dir": told.index}}))) as service:
        for name, work, texts in (
            ("search, a title", service.search, titles),
            ("search, a page asking for three items", service.search, pages),
            ("evidence pack, a title", service.evidence, titles),
            ("evidence pack, a page asking for three items", service.evidence, pages),
        ):
            if texts:
                found = milliseconds(work, texts)
                p50, p95 = np.percentile(found, (50, 95))
                print(f"{name}: {len(found)} texts, p50 {p50:.0f} ms, p95 {p95:.0f} ms")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
