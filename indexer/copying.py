"""Copy a whole index from one engine into the other, or into another folder or database, without embedding again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.embed import Fingerprint, FloatArray
from indexer.store.contents import Contents
from indexer.store.whole import Copied, read_whole, write_whole

Parts = Iterator[tuple[Contents, FloatArray]]


def copy_index(source: Path | str, target: Path | str) -> Copied:
    """Copy an index; the target's generation before it stays until the copy is published.

    Args:
        source: an embedded index's folder, or a PostgreSQL connection string.
        target: likewise; tables are made where they are missing.

    Raises:
        IndexFault: the source holds no index or is damaged, or the target cannot be written.
    """
    if source == target:
        raise IndexFault("source and target of the copy are the same")
    with _reading(source) as (model, parts):
        return _written(target, model, parts)


@contextmanager
def _reading(source: Path | str) -> Iterator[tuple[Fingerprint, Parts]]:
    if isinstance(source, Path):
        contents, vectors, model = read_whole(source)
        yield model, iter([(contents, vectors)])
        return
    from indexer.postgres.state import active_snapshot
    from indexer.postgres.whole import read_parts

    with active_snapshot(source) as (connection, active):
        yield active.made.model, ((part.contents, part.vectors) for part in read_parts(connection, active))


def _written(target: Path | str, model: Fingerprint, parts: Parts) -> Copied:
    if isinstance(target, Path):
        return write_whole(target, *_joined(parts), model)
    from indexer.postgres.generations import Made
    from indexer.postgres.rows import Part
    from indexer.postgres.writer import open_writer

    first = next(parts)
    made = Made(model=model, reader_version=first[0].reader_version, reasons_version=first[0].reasons_version)
    with open_writer(target) as writer:
        generation = writer.load((Part(*part) for part in _with(first, parts)), made)
    return Copied(generation=generation.name, counts=generation.counts)


def _with(first: tuple[Contents, FloatArray], rest: Parts) -> Parts:
    yield first
    yield from rest


def _joined(parts: Parts) -> tuple[Contents, FloatArray]:
    """Return parts as one; an embedded generation is written whole."""
    held = list(parts)
    contents = [part for part, _ in held]
    whole = Contents(
        reader_version=contents[0].reader_version,
        reasons_version=contents[0].reasons_version,
        determinations=tuple(one for part in contents for one in part.determinations),
        reasons=tuple(one for part in contents for one in part.reasons),
        passages=tuple(one for part in contents for one in part.passages),
        digests=tuple(one for part in contents for one in part.digests),
        files=tuple(one for part in contents for one in part.files),
        rejected=tuple(one for part in contents for one in part.rejected),
    )
    return whole, np.concatenate([vectors for _, vectors in held])
