"""Copy a whole index from one engine into the other, or into another folder or database, without embedding again.

One block of letters is in memory at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.index import Counts
from indexer.records import Record
from indexer.store.contents import Contents
from indexer.store.draft import embedded_draft
from indexer.store.manifest import Made
from indexer.store.whole import Parts, whole_index


class Copied(Record, frozen=True):
    """What was copied: the new generation's name and what it holds."""

    generation: str
    counts: Counts


def copy_index(source: Path | str, target: Path | str, threads: int = 1) -> Copied:
    """Copy an index; the target's generation before it stays until the copy is published.

    Args:
        source: an embedded index's folder, or a PostgreSQL connection string.
        target: likewise; tables are made where they are missing.
        threads: for FAISS.

    Raises:
        IndexFault: the source holds no index or is damaged, or the target cannot be written.
    """
    if source == target:
        raise IndexFault("source and target of the copy are the same")
    with _reading(source) as (made, parts):
        if isinstance(target, Path):
            return _into_folder(target, made, parts, threads)
        return _into_database(target, made, parts)


@contextmanager
def _reading(source: Path | str) -> Iterator[tuple[Made, Parts]]:
    if isinstance(source, Path):
        with whole_index(source) as whole:
            yield whole
        return
    from indexer.postgres.state import active_snapshot
    from indexer.postgres.whole import read_parts

    with active_snapshot(source) as (connection, active):
        yield active.made, ((part.contents, part.vectors) for part in read_parts(connection, active))


def _into_folder(target: Path, made: Made, parts: Parts, threads: int) -> Copied:
    with embedded_draft(target, made, threads) as draft:
        gone = draft.files_under([Path("/")])
        for contents, vectors in parts:
            draft.add(contents, vectors)
            gone.difference_update(file.path for file in contents.files)
            gone.difference_update(file.path for file in contents.rejected)
        if gone:  # what the target held and the source does not
            draft.add(Contents(gone=tuple(sorted(gone))), np.zeros((0, made.model.dimension), dtype=np.float32))
        generation, counts = draft.publish(), draft.counts
        return Copied(generation=draft.join(lambda _: None) or generation, counts=counts)


def _into_database(target: str, made: Made, parts: Parts) -> Copied:
    from indexer.postgres.rows import Part
    from indexer.postgres.writer import open_writer

    with open_writer(target) as writer:
        generation = writer.load((Part(*part) for part in parts), made)
    return Copied(generation=generation.name, counts=generation.counts)
