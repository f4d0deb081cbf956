"""The main job: read letters, embed what is new, publish a generation."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from config.errors import LetterRejected
from config.settings import Settings
from indexer.embed import Embedder, FloatArray
from indexer.parse.version import reader_version
from indexer.passages import passages_of
from indexer.read.letter import as_text
from indexer.reasonlist import reasons_version
from indexer.reasons import ReasonFinder
from indexer.records import Determination, Passage, Reason, Record
from indexer.sources import ReadResult, content_sha256, find_letters, is_under, read_letters
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.kept import ENCODE_BATCH, KeepingEmbedder, keeping, text_digest
from indexer.store.previous import Previous, read_previous
from indexer.store.publish import publish, writer_lock

# Called with (stage, done, total) as work goes on; total is fixed within a stage.
Progress = Callable[[str, int, int], None]


class BuildSummary(Record, frozen=True):
    """What a run did. `generation` is the one that is current afterwards; counts are of that generation."""

    generation: str
    read: int
    unchanged: int
    replaced: int
    removed: int
    rejected: tuple[RejectedFile, ...]
    warnings: tuple[str, ...]
    letters: int
    items: int
    passages: int
    embedded: int
    seconds: float


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


def build_index(
    paths: Sequence[Path],
    settings: Settings,
    embedder: Embedder,
    progress: Progress = no_progress,
    *,
    prune: bool = False,
) -> BuildSummary:
    """Bring the index up to date with the letters under some paths and publish it.

    Files whose bytes are known are not read again, texts whose vector is known are not embedded again, and reasons are
    sought again only by another list or model. Letters of other paths stay.

    Args:
        paths: files, and folders searched to the bottom.
        settings: of the index, of reading and of passages.
        embedder: what the vectors are made by.
        progress: told how far the run is.
        prune: letters whose files are gone under the paths are removed; the paths themselves may be gone.

    Raises:
        LetterRejected: a path does not exist, cannot be looked into or holds no letter file.
        IndexFault: the index cannot be written, or the one that is there is damaged.
    """
    started = time.perf_counter()
    files = find_letters(paths, may_be_gone=prune)
    with writer_lock(settings.index.dir), keeping(embedder, settings.index.dir) as keeper:
        previous = read_previous(settings.index.dir, embedder.fingerprint, reader_version(settings.reading.own_layouts))
        gone = _gone(paths, files, previous) if prune else frozenset[str]()
        fresh = [path for path in files if not _known(path, previous)]
        results = _read_all([*fresh, *_stale(files, previous)], settings, progress)
        contents, replaced = _contents(previous, results, gone, keeper, settings)
        vectors, embedded = _vectors(contents, previous, keeper, progress)
        generation = previous.generation
        # Texts differ without a new file where the settings for passages changed.
        old = previous.reasons is not None and contents.digests == previous.digests
        if generation is None or results or gone or not old:
            generation = publish(settings.index.dir, contents, vectors, embedder.fingerprint).generation
    named = {as_text(str(path)) for path in files}
    unread = named.difference(result.path for result in results)
    return BuildSummary(
        generation=generation,
        read=sum(result.determination is not None for result in results),
        unchanged=len(unread.intersection(previous.files)),
        replaced=replaced,
        removed=_removed(gone, previous, contents),
        rejected=tuple(file for file in contents.rejected if file.path in named),
        warnings=(*_warnings(contents.determinations), *_lost(previous, results)),
        letters=len(contents.determinations),
        items=sum(len(determination.items) for determination in contents.determinations),
        passages=len(contents.passages),
        embedded=embedded,
        seconds=round(time.perf_counter() - started, 2),
    )


def _known(path: Path, previous: Previous) -> bool:
    name = as_text(str(path))
    file = previous.files.get(name) or previous.rejected.get(name)
    return file is not None and file.sha256 == content_sha256(path)


def _gone(paths: Sequence[Path], files: Sequence[Path], previous: Previous) -> frozenset[str]:
    """Return the files of the index that lay under the named paths and are no longer there.

    Raises:
        LetterRejected: a path is not there and never was, as far as the index knows.
    """
    held = {*previous.files, *previous.rejected, *previous.stale}
    for path in paths:
        if not path.exists() and not any(is_under(name, [path]) for name in held):
            raise LetterRejected(f"{path}: no such file or folder, and the index holds nothing of it")
    there = {as_text(str(path)) for path in files}
    known = {*previous.files, *previous.rejected}
    return frozenset(name for name in known - there if is_under(name, paths))


def _removed(gone: frozenset[str], previous: Previous, contents: Contents) -> int:
    """Return how many letters went with their files; one that another file holds too has not."""
    lost = {previous.files[name].determination_id for name in gone if name in previous.files}
    return len(lost.difference(letter.id for letter in contents.determinations))


def _stale(files: Sequence[Path], previous: Previous) -> list[Path]:
    """Return the files under no named path that must be read again, since another version of the reader read them."""
    paths = (Path(path) for path in previous.stale)
    return sorted({path for path in paths if path.is_file()}.difference(files))


def _lost(previous: Previous, results: Sequence[ReadResult]) -> tuple[str, ...]:
    gone = sorted(set(previous.stale).difference(result.path for result in results))
    return tuple(f"{path}: no longer there, and its letter was of another version of the reader" for path in gone)


def _read_all(files: Sequence[Path], settings: Settings, progress: Progress) -> list[ReadResult]:
    results = []
    for done, result in enumerate(read_letters(files, settings.reading), start=1):
        results.append(result)
        progress("reading", done, len(files))
    return results


def _contents(
    previous: Previous,
    results: Sequence[ReadResult],
    gone: frozenset[str],
    embedder: Embedder,
    settings: Settings,
) -> tuple[Contents, int]:
    """Join what was there and is not gone with what was read; a file that was read again replaces what it held."""
    files = {name: file for name, file in previous.files.items() if name not in gone}
    rejected = {name: file for name, file in previous.rejected.items() if name not in gone}
    determinations = dict(previous.determinations)
    replaced = 0
    for result in results:
        replaced += files.pop(result.path, None) is not None and result.determination is not None
        rejected.pop(result.path, None)
        if result.determination is None:
            rejected[result.path] = RejectedFile(path=result.path, sha256=result.sha256, reason=result.reason or "")
        else:
            name = result.determination.id
            determinations[name] = min(determinations.get(name, result.determination), result.determination, key=_rank)
            files[result.path] = FileRecord(
                path=result.path, sha256=result.sha256, determination_id=result.determination.id
            )
    held = {file.determination_id for file in files.values()}
    kept = tuple(determinations[name] for name in sorted(held))
    passages = _passages(kept, embedder, settings)
    reasons = _reasons(kept, previous, embedder)
    contents = Contents(
        reader_version=reader_version(settings.reading.own_layouts),
        reasons_version=reasons_version(),
        determinations=kept,
        reasons=reasons,
        passages=passages,
        digests=tuple(text_digest(passage.embedded) for passage in passages),
        files=tuple(files[path] for path in sorted(files)),
        rejected=tuple(rejected[path] for path in sorted(rejected)),
    )
    return contents, replaced


def _reasons(
    determinations: Sequence[Determination],
    previous: Previous,
    embedder: Embedder,
) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons of every item; those of a letter that was there are taken over."""
    known = {
        name: previous.reasons[name]
        for name, letter in ((one.id, one) for one in determinations)
        # Another copy of the same letter may have other places.
        if previous.reasons is not None and previous.determinations.get(name) is letter
    }
    fresh = [item for letter in determinations if letter.id not in known for item in letter.items]
    found = iter(ReasonFinder(embedder).reasons_of_all(fresh))
    return tuple(
        reasons
        for letter in determinations
        for reasons in (known[letter.id] if letter.id in known else [next(found) for _ in letter.items])
    )


def _rank(determination: Determination) -> tuple[bool, str, str]:
    """Order copies of one letter, so that which one is kept does not depend on the order of reading: pages first."""
    source = determination.source
    return source.pages is None, source.sha256, source.name


def _passages(
    determinations: Sequence[Determination],
    embedder: Embedder,
    settings: Settings,
) -> tuple[Passage, ...]:
    most = embedder.fingerprint.max_pieces
    limit = min(settings.passages.max_pieces or most, most)
    return tuple(
        passage
        for determination in determinations
        for passage in passages_of(determination, embedder.count, limit, settings.passages.overlap_sentences)
    )


def _vectors(
    contents: Contents,
    previous: Previous,
    embedder: KeepingEmbedder,
    progress: Progress,
) -> tuple[FloatArray, int]:
    """Return the vector of every passage, and how many had to be embedded; equal texts are embedded once."""
    vectors = np.zeros((len(contents.passages), embedder.fingerprint.dimension), dtype=np.float32)
    unknown: dict[bytes, list[int]] = {}
    for row, digest in enumerate(contents.digests):
        known = previous.vector(digest)
        known = embedder.kept(digest) if known is None else known
        if known is None:
            unknown.setdefault(digest, []).append(row)
        else:
            vectors[row] = known
    rows = sorted(unknown.values(), key=lambda places: len(contents.passages[places[0]].embedded))
    if rows:
        progress("embedding", 0, len(rows))
    for start in range(0, len(rows), ENCODE_BATCH):
        batch = rows[start : start + ENCODE_BATCH]
        encoded = embedder.encode([contents.passages[places[0]].embedded for places in batch])
        for places, vector in zip(batch, encoded, strict=True):
            vectors[places] = vector
        progress("embedding", start + len(batch), len(rows))
    return vectors, len(rows)


def _warnings(determinations: Sequence[Determination]) -> tuple[str, ...]:
    """Return what is odd about the whole: two texts under one case number."""
    texts: dict[str, list[str]] = {}
    for determination in determinations:
        if determination.case_number:
            texts.setdefault(determination.case_number, []).append(determination.id)
    return tuple(
        f"case {case} has {len(names)} different texts: {', '.join(names)}"
        for case, names in texts.items()
        if len(names) > 1
    )
