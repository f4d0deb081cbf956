"""All that a published embedded index holds, read block by block as what was added: what `imr copy` moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from config.errors import IndexFault
from indexer.embed import FloatArray
from indexer.records import Passage
from indexer.store.contents import Contents, FileRecord
from indexer.store.dead import read_dead
from indexer.store.generation import SegmentSet
from indexer.store.manifest import Made, current_folder, manifest_is_published, read_manifest

Parts = Iterator[tuple[Contents, FloatArray]]

# Letters that are read at a time: with their vectors some tens of megabytes.
_LETTERS = 2000


@contextmanager
def whole_index(index_dir: Path) -> Iterator[tuple[Made, Parts]]:
    """Give what the published generation was made by, and its contents.

    Letters come in order of id, each block with the files that hold them; rejected files come first. Every file is
    checked before anything of its segment is given.

    Raises:
        IndexFault: there is no index, or it is damaged.
    """
    folder = current_folder(index_dir)
    manifest = read_manifest(index_dir, folder)
    if manifest_is_published(index_dir, folder) is False:
        raise IndexFault(f"index generation {folder} is damaged: its manifest; `imr index --verify` says what to do")
    try:
        dead = read_dead(folder, manifest)
    except (OSError, ValueError) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None
    held = SegmentSet(index_dir, manifest.segments, dead)
    try:
        for segment in held.segments:
            segment.trust_all()
        yield manifest.made, _parts(held, manifest.made.model.dimension)
    finally:
        held.close()


def _parts(held: SegmentSet, dimension: int) -> Parts:
    yield Contents(rejected=tuple(held.files.rejected())), np.zeros((0, dimension), dtype=np.float32)
    places, numbers = held.rows.letter_segment.tolist(), held.rows.letter_number.tolist()
    for start in range(0, len(places), _LETTERS):
        block = slice(start, start + _LETTERS)
        yield _part(held, list(zip(places[block], numbers[block], strict=True)), dimension)


def _part(held: SegmentSet, letters: list[tuple[int, int]], dimension: int) -> tuple[Contents, FloatArray]:
    determinations, reasons, files = [], [], []
    passages: list[Passage] = []
    digests: list[bytes] = []
    vectors = [np.zeros((0, dimension), dtype=np.float32)]
    for place, number in letters:
        segment = held.segments[place]
        arrays = segment.arrays
        letter = segment.determination(number)
        determinations.append(letter)
        first, end = arrays["first"][number : number + 2].tolist()
        for item, disputed in zip(range(first, end), letter.items, strict=True):
            reasons.append(segment.reasons(item))
            rows = segment.passages_of(item)
            vectors.append(segment.vectors.take(rows))
            digests += [arrays["digests"][row].tobytes() for row in rows.tolist()]
            # The text that was embedded is kept by its digest alone.
            passages += [
                Passage(determination_id=letter.id, item=disputed.number, start=start, end=stop, embedded="")
                for start, stop in zip(
                    arrays["passage_start"][rows].tolist(), arrays["passage_end"][rows].tolist(), strict=True
                )
            ]
        known = (held.files.get(path) for path in sorted(set(held.files.holders(letter.id))))
        files += [file for file in known if isinstance(file, FileRecord)]
    contents = Contents(
        determinations=tuple(determinations),
        reasons=tuple(reasons),
        passages=tuple(passages),
        digests=tuple(digests),
        files=tuple(files),
    )
    return contents, np.concatenate(vectors)
