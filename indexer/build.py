"""The main job: read letters, embed what is new, publish a generation."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from config.errors import LetterRejected
from config.settings import Settings
from indexer.embed import Embedder, Fingerprint, FloatArray
from indexer.parse.version import reader_version
from indexer.passages import PASSAGES_VERSION, passages_of
from indexer.read.letter import as_text
from indexer.reasonlist import reasons_version
from indexer.reasons import ReasonFinder
from indexer.records import Determination, Passage, Reason, Record
from indexer.sources import ReadResult, content_sha256, find_letters, read_letters
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.kept import KeepingEmbedder, keeping, text_digest
from indexer.store.manifest import Made
from indexer.store.open import open_draft
from indexer.writing import Draft, Earlier

T = TypeVar("T")

# Called with (stage, done, total) as work goes on; total is fixed within a stage.
Progress = Callable[[str, int, int], None]

# Letters that are read, embedded and put away together: what a run holds in memory, and loses when it dies.
BLOCK = 2000


class BuildSummary(Record, frozen=True):
    """What a run did. `generation` is the one that is current afterwards; counts are of that generation.

    `seconds` went by until the letters were published, `joining_seconds` while segments were joined after that.
    """

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
    joining_seconds: float = 0.0


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


def build_index(
    paths: Sequence[Path],
    settings: Settings,
    embedder: Embedder,
    progress: Progress = no_progress,
    *,
    prune: bool = False,
    join: bool = True,
) -> BuildSummary:
    """Bring the index up to date with the letters under some paths and publish it, then join segments where due.

    Files whose bytes are known are not read again, texts whose vector is known are not embedded again, and reasons are
    sought again only by another list or model. Letters of other paths stay.

    Args:
        paths: files, and folders searched to the bottom.
        settings: of the index, of reading and of passages.
        embedder: what the vectors are made by.
        progress: told how far the run is.
        prune: letters whose files are gone under the paths are removed; the paths themselves may be gone.
        join: whether segments are joined; what is due stays due for a later run.

    Raises:
        LetterRejected: a path does not exist, cannot be looked into or holds no letter file.
        IndexFault: the index cannot be written, or the one that is there is damaged.
    """
    started = time.perf_counter()
    files = find_letters(paths, may_be_gone=prune)
    made = made_by(settings, embedder.fingerprint)
    with open_draft(settings, made) as draft:
        with keeping(embedder, settings.index.dir) as keeper:
            run = _Run(draft, keeper, made, settings, progress)
            if prune:
                _check_known(paths, draft)
            run.bring_up_to_date(files)
            removed = run.remove(paths, files) if prune else 0
            generation = draft.publish() if draft.is_changed else draft.published
        counts = draft.counts
        named = {as_text(str(path)) for path in files}
        summary = BuildSummary(
            generation=generation or "",
            read=run.read,
            unchanged=run.unchanged,
            replaced=run.replaced,
            removed=removed,
            rejected=tuple(file for file in draft.rejected() if file.path in named),
            warnings=(*_warnings(draft), *run.lost),
            letters=counts.letters,
            items=counts.items,
            passages=counts.passages,
            embedded=run.embedded,
            seconds=round(time.perf_counter() - started, 2),
        )
        return _joined(draft, summary, progress) if join else summary


def _joined(draft: Draft, summary: BuildSummary, progress: Progress) -> BuildSummary:
    """Join what is due, now that readers see the letters."""
    started = time.perf_counter()
    generation = draft.join(lambda letters: progress("joining", 0, letters))
    if generation is None:
        return summary
    seconds = round(time.perf_counter() - started, 2)
    return msgspec.structs.replace(summary, generation=generation, joining_seconds=seconds)


class _Run:
    """One run over a draft, and what it did so far."""

    def __init__(
        self, draft: Draft, embedder: KeepingEmbedder, made: Made, settings: Settings, progress: Progress
    ) -> None:
        self.read = self.unchanged = self.replaced = self.embedded = 0
        self.lost: tuple[str, ...] = ()
        self._draft = draft
        self._embedder = embedder
        self._made = made
        self._settings = settings
        self._progress = progress
        self._reasons = ReasonFinder(embedder)

    def bring_up_to_date(self, files: Sequence[Path]) -> None:
        """Read what is new or changed, and make again what was made otherwise."""
        earlier = self._draft.earlier
        again: list[Path] = []
        if earlier is not None:
            if earlier.made.reader_version == self._made.reader_version:
                self._carry_over(earlier)
            else:
                again = self._stale(earlier, files)
        fresh = [path for path in files if not self._is_known(path)]
        self._read([*fresh, *again])

    def remove(self, paths: Sequence[Path], files: Sequence[Path]) -> int:
        """Remove the files under some paths that are not there; return how many letters went with them."""
        there = {as_text(str(path)) for path in files}
        gone = sorted(self._draft.files_under(paths) - there)
        if not gone:
            return 0
        known = (self._draft.file(name) for name in gone)
        letters = {file.determination_id for file in known if isinstance(file, FileRecord)}
        self._draft.add(Contents(gone=tuple(gone)), self._no_vectors())
        # A letter that another file holds too stays.
        return sum(not self._draft.has_file(letter) for letter in letters)

    def _is_known(self, path: Path) -> bool:
        file = self._draft.file(as_text(str(path)))
        known = file is not None and file.sha256 == content_sha256(path)
        self.unchanged += known and isinstance(file, FileRecord)
        return known

    def _stale(self, earlier: Earlier, files: Sequence[Path]) -> list[Path]:
        """Return the files under no named path that must be read again: another version of the reader read them."""
        known = [Path(file.path) for file in earlier.files() if self._draft.file(file.path) is None]
        found = {path for path in known if path.is_file()}
        self.lost = tuple(
            f"{path}: no longer there, and its letter was of another version of the reader"
            for path in sorted(set(known) - found)
        )
        return sorted(found.difference(files))

    def _carry_over(self, earlier: Earlier) -> None:
        """Make vectors and reasons of letters again that need not be read again."""
        told = [file for file in earlier.files() if self._draft.file(file.path) is None]
        if told:
            files = tuple(file for file in told if isinstance(file, FileRecord))
            rejected = tuple(file for file in told if isinstance(file, RejectedFile))
            self._draft.add(Contents(files=files, rejected=rejected), self._no_vectors())
        sought = (earlier.made.reasons_version, earlier.made.model) != (self._made.reasons_version, self._made.model)
        left = (one for one in earlier.determinations() if not self._draft.holds(one[0].id))
        for block in _blocks(left):
            letters = [letter for letter, _ in block]
            self._add(letters, None if sought else [found for _, reasons in block for found in reasons])

    def _read(self, files: Sequence[Path]) -> None:
        def told() -> Iterator[ReadResult]:
            for done, result in enumerate(read_letters(files, self._settings.reading), start=1):
                self._progress("reading", done, len(files))
                yield result

        for block in _blocks(told()):
            self._take(block)

    def _take(self, results: Sequence[ReadResult]) -> None:
        """Add what was read; of several copies of one letter the same is kept in whatever order they come."""
        letters: dict[str, Determination] = {}
        files: list[FileRecord] = []
        rejected: list[RejectedFile] = []
        for result in results:
            letter = result.determination
            if letter is None:
                rejected.append(RejectedFile(path=result.path, sha256=result.sha256, reason=result.reason or ""))
                continue
            self.read += 1
            self.replaced += isinstance(self._draft.file(result.path), FileRecord)
            letters[letter.id] = min(letters.get(letter.id, letter), letter, key=_rank)
            files.append(FileRecord(path=result.path, sha256=result.sha256, determination_id=letter.id))
        held = ((letter, self._draft.letter(letter.id)) for letter in letters.values())
        better = [letter for letter, there in held if there is None or _rank(letter) < _rank(there)]
        self._add(sorted(better, key=lambda letter: letter.id), None, files, rejected)

    def _add(
        self,
        letters: Sequence[Determination],
        reasons: Sequence[tuple[Reason, ...]] | None,
        files: Sequence[FileRecord] = (),
        rejected: Sequence[RejectedFile] = (),
    ) -> None:
        """Add letters in order of id; where reasons are not given they are sought."""
        items = [item for letter in letters for item in letter.items]
        found = self._reasons.reasons_of_all(items) if reasons is None else reasons
        passages = self._passages(letters)
        digests = [text_digest(passage.embedded) for passage in passages]
        vectors = self._vectors(passages, digests)
        contents = Contents(
            determinations=tuple(letters),
            reasons=tuple(found),
            passages=passages,
            digests=tuple(digests),
            files=tuple(files),
            rejected=tuple(rejected),
        )
        self._draft.add(contents, vectors)
        self._embedder.forget()

    def _passages(self, letters: Iterable[Determination]) -> tuple[Passage, ...]:
        made, count = self._made, self._embedder.count
        return tuple(passage for letter in letters for passage in passages_of(letter, count, made.pieces, made.overlap))

    def _vectors(self, passages: Sequence[Passage], digests: Sequence[bytes]) -> FloatArray:
        """Return the vector of every passage; equal texts are embedded once, and none that was embedded before."""
        before = self._embedder.embedded
        vectors = self._embedder.vectors(
            [passage.embedded for passage in passages],
            digests,
            known=self._draft.vector,
            progress=lambda done, total: self._progress("embedding", done, total),
        )
        self.embedded += self._embedder.embedded - before
        return vectors

    def _no_vectors(self) -> FloatArray:
        return np.zeros((0, self._made.model.dimension), dtype=np.float32)


def made_by(settings: Settings, model: Fingerprint) -> Made:
    """Return what a run with some settings and a model makes records and vectors by."""
    most = model.max_pieces
    return Made(
        reader_version=reader_version(settings.reading.own_layouts),
        reasons_version=reasons_version(),
        passages_version=PASSAGES_VERSION,
        pieces=min(settings.passages.max_pieces or most, most),
        overlap=settings.passages.overlap_sentences,
        model=model,
    )


def _blocks(things: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(things)
    while block := list(itertools.islice(iterator, BLOCK)):
        yield block


def _check_known(paths: Sequence[Path], draft: Draft) -> None:
    """Check that what is to be pruned is there, or was.

    Raises:
        LetterRejected: a path is not there and never was, as far as the index knows.
    """
    for path in paths:
        if not path.exists() and not draft.files_under([path]):
            raise LetterRejected(f"{path}: no such file or folder, and the index holds nothing of it")


def _rank(determination: Determination) -> tuple[bool, str, str]:
    """Order copies of one letter, so that which one is kept does not depend on the order of reading: pages first."""
    source = determination.source
    return source.pages is None, source.sha256, source.name


def _warnings(draft: Draft) -> Iterator[str]:
    """Yield what is odd about the whole: two texts under one case number."""
    for case, names in draft.crowded_cases():
        yield f"case {case} has {len(names)} different texts: {', '.join(names)}"
