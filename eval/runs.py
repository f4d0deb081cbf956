"""Runs: what a system returned for each query, and their TREC files."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.lines import DatasetFault, fault

Ranking = tuple[tuple[str, float], ...]
Run = dict[str, Ranking]

_FIELDS = 6
_LARGEST = 1e30  # far inside single precision


def ranked(pairs: Iterable[tuple[str, float]], limit: int | None = None) -> Ranking:
    """Order (corpus id, score) pairs by score, equal scores by id, with scores that fall strictly.

    trec_eval breaks ties its own way (by id, descending, after rounding to single precision). So a score that
    is not below the one before it becomes the next smaller float32: the order then holds whoever reads the
    run.

    Args:
        pairs: in any order; an id that comes twice keeps its best score.
        limit: pairs at most; None for all.

    Raises:
        ValueError: a score is no number or far out of range.
    """
    places: list[tuple[str, float]] = []
    seen: set[str] = set()
    before = np.float32(np.inf)
    for corpus_id, score in sorted(pairs, key=lambda pair: (-pair[1], pair[0])):
        if not abs(score) <= _LARGEST:
            raise ValueError(f"score {score} of {corpus_id}")
        if corpus_id in seen:
            continue
        if limit is not None and len(places) >= limit:
            break
        before = min(np.float32(score), np.nextafter(before, np.float32(-np.inf)))
        places.append((corpus_id, float(before)))
        seen.add(corpus_id)
    return tuple(places)


def by_place(corpus_ids: Sequence[str]) -> list[tuple[str, float]]:
    """Give ids that are in order already the scores 1, 1/2, 1/3 and so on."""
    return [(corpus_id, 1 / place) for place, corpus_id in enumerate(dict.fromkeys(corpus_ids), start=1)]


def write_run(path: Path, run: Mapping[str, Ranking], tag: str) -> None:
    """Write a TREC run file: query, Q0, corpus id, rank from 1, score, tag.

    Raises:
        DatasetFault: the file cannot be written, or an id holds white space, which the format cannot carry.
    """
    lines = []
    for query, ranking in run.items():
        for rank, (corpus_id, score) in enumerate(ranking, start=1):
            fields = (query, "Q0", corpus_id, str(rank), repr(score), tag)
            if any(len(field.split()) != 1 for field in fields):
                raise DatasetFault(f"{path}: an id with white space does not fit a TREC run: {query!r}, {corpus_id!r}")
            lines.append(" ".join(fields) + "\n")
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise DatasetFault(f"{path}: {error.strerror or error}") from None


def read_run(path: Path) -> Run:
    """Read a TREC run file. As in trec_eval the score orders the items, not the rank; equal scores go by id.

    Raises:
        DatasetFault: the file cannot be read, or a line is not a run's.
    """
    pairs: dict[str, list[tuple[str, float]]] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetFault(f"{path}: {error}") from None
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != _FIELDS:
            raise fault(path, number, "expected query, Q0, corpus id, rank, score, tag")
        pairs.setdefault(fields[0], []).append((fields[2], _score(path, number, fields[4])))
    return {query: ranked(found) for query, found in pairs.items()}


def _score(path: Path, number: int, field: str) -> float:
    try:
        score = float(field)
    except ValueError:
        score = math.nan
    if not abs(score) <= _LARGEST:
        raise fault(path, number, f"score {field!r} is no number")
    return score
