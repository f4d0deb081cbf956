"""The next generation of the embedded index while a run makes it.

Each block of letters becomes a segment, and what the draft consists of is written down (`unfinished.json`) when the
segment is safe on disk. A run that dies loses what was not in a segment yet; the next one goes on from there.
"""

import functools
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from config.errors import IndexFault
from indexer.duplicates import Bands, Met
from indexer.embed import FloatArray
from indexer.index import Counts
from indexer.records import Determination, DisputedItem, Reason
from indexer.store.arrays import Array
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.dead import read_dead, write_dead
from indexer.store.generation import SegmentSet
from indexer.store.manifest import (
    CURRENT,
    FORMAT,
    Made,
    Manifest,
    SegmentEntry,
    SegmentManifest,
    current_folder,
    file_entries,
    read_manifest,
)
from indexer.store.merging import SMALL, Plan, merged_data, plan_merge, size_of
from indexer.store.publish import SCRATCH, drop_unused, publish_generation, publish_segment, writer_lock
from indexer.store.rows import NO_ROW
from indexer.store.segment_writing import fresh_data, write_segment
from indexer.store.unfinished import Unfinished, forget_unfinished, read_unfinished, write_unfinished
from indexer.store.word_slots import Base, write_words_of
from indexer.store.words import WORDS


class EmbeddedDraft:
    """An `indexer.writing.Draft` in an index folder, whose writer lock the caller holds."""

    def __init__(self, index_dir: Path, made: Made, threads: int, small: int | None = None) -> None:
        """Start from what is published and what an earlier run left.

        Args:
            index_dir: the index folder.
            made: what letters become records and vectors by.
            threads: for FAISS.
            small: segments of fewer letters are one; SMALL where it is not given.

        Raises:
            IndexFault: what is published is damaged, or the folder cannot be written.
        """
        self._dir = index_dir
        self._made = made
        self._threads = threads
        self._small = SMALL if small is None else small
        self._folder: Path | None = None
        self._base: Manifest | None = None
        base_dead: dict[str, Array] = {}
        if (index_dir / CURRENT).exists():
            self._folder = current_folder(index_dir)
            self._base = read_manifest(index_dir, self._folder)
            base_dead = _dead_of(self._folder, self._base)
        self._base_set = SegmentSet(index_dir, self._base.segments if self._base else (), base_dead, threads)
        state = read_unfinished(index_dir)
        with self._told():
            if state is None or (state.base, state.made) != (self.published, made):
                # What another run left is of another base or made otherwise, or was published before it died.
                forget_unfinished(index_dir)
                state = self._start(base_dead)
            drop_unused(index_dir, self.published)
        self._state = state
        self._set = self._opened()

    def _start(self, base_dead: Mapping[str, Array]) -> Unfinished:
        kept = self._base if self._base is not None and self._base.made == self._made else None
        return Unfinished(
            format=FORMAT,
            base=self.published,
            made=self._made,
            next_slot=kept.next_slot if kept else 0,
            segments=kept.segments if kept else (),
            dead={name: tuple(numbers.tolist()) for name, numbers in base_dead.items()} if kept else {},
            lost=(),
        )

    @property
    def published(self) -> str | None:
        """The generation that is published now, or None."""
        return self._base.generation if self._base else None

    @property
    def earlier(self) -> "EarlierGeneration | None":
        """What is published, where it was made otherwise."""
        if self._base is None or self._base.made == self._made:
            return None
        return EarlierGeneration(self._base, self._base_set)

    @property
    def is_changed(self) -> bool:
        """Whether the draft holds anything else than what is published."""
        return (
            self._base is None
            or self.earlier is not None
            or self._state != self._start(_dead_of(self._folder, self._base))
        )

    @property
    def counts(self) -> Counts:
        """How much the draft holds."""
        return Counts(
            letters=self._set.letters,
            items=self._set.rows.total,
            passages=sum(int(np.count_nonzero(rows != NO_ROW)) for rows in self._set.passage_rows),
            rejected=len(self.rejected()),
        )

    def file(self, path: str) -> FileRecord | RejectedFile | None:
        """Return what is known of a file."""
        return self._set.files.get(path)

    def files_under(self, paths: Sequence[Path]) -> set[str]:
        """Return the known files under some paths."""
        return self._set.files.under(paths)

    def letter(self, determination_id: str) -> Determination | None:
        """Return a letter by id."""
        found = self._set.find(determination_id)
        return None if found is None else self._set.segments[found[0]].determination(found[1])

    def holds(self, determination_id: str) -> bool:
        """Whether a letter is among those of the draft."""
        return self._set.find(determination_id) is not None

    def has_file(self, determination_id: str) -> bool:
        """Whether some file holds a letter; one that none does is gone when the draft is published."""
        return next(self._set.files.holders(determination_id), None) is not None

    def vector(self, digest: bytes) -> FloatArray | None:
        """Return the vector of an embedded text's sha256, if the draft or what is published holds it."""
        held = [*self._set.segments, *self._base_set.segments]
        comparable = (segment for segment in held if segment.manifest.made.model == self._made.model)
        return next((found for segment in comparable if (found := segment.vector(digest)) is not None), None)

    def rejected(self) -> list[RejectedFile]:
        """Return the files that were rejected, in order of path."""
        return self._set.files.rejected()

    def crowded_cases(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the case numbers that have several texts, with the ids of the letters."""
        return self._set.crowded_cases()

    def add(self, contents: Contents, vectors: FloatArray) -> None:
        """Add letters and files as a segment, and write down that they are there.

        Raises:
            IndexFault: the disk refuses; what was added before stays.
        """
        lost = {*self._state.lost, *self._lost_by(contents)}
        dead = self._buried(letter.id for letter in contents.determinations)
        known = _Known(self._set)
        self._write(
            self._state.segments,
            lambda folder: write_segment(folder, fresh_data(contents, vectors, known), self._made, self._threads),
            dead,
            lost,
        )
        self._join()

    def publish(self) -> str:
        """Publish what the draft holds and return the generation's name.

        Raises:
            IndexFault: the disk refuses; the old generation stays current.
        """
        gone = [name for name in self._state.lost if not self.has_file(name)]
        self._state = msgspec.structs.replace(self._state, dead=self._buried(gone), lost=())
        self._reopen()
        self._join()
        with self._told():
            manifest = publish_generation(self._dir, self._write_generation)
        # It is published: what cannot be tidied up now is tidied up by the next run.
        with _whatever_comes():
            forget_unfinished(self._dir)
            drop_unused(self._dir, manifest.generation)
        return manifest.generation

    def close(self) -> None:
        """Close the records files."""
        self._set.close()
        self._base_set.close()

    def _write_generation(self, folder: Path, name: str) -> Manifest:
        dead = {name: np.asarray(numbers, dtype=np.int32) for name, numbers in self._state.dead.items()}
        write_dead(folder, dead)
        entries, next_slot, files = write_words_of(
            self._set, self._state.next_slot, folder / WORDS, Base(self._folder, self._base, self._base_set)
        )
        own = [entry for entry in file_entries(folder) if not entry.path.startswith(f"{WORDS}/")]
        return Manifest(
            format=FORMAT,
            generation=name,
            made=self._made,
            counts=self.counts,
            next_slot=next_slot,
            segments=entries,
            files=(*own, *files),
        )

    def _lost_by(self, contents: Contents) -> Iterator[str]:
        """Yield the letters of files that will hold another letter, or none."""
        holds = {file.path: file.determination_id for file in contents.files}
        for path in (*holds, *(file.path for file in contents.rejected), *contents.gone):
            before = self.file(path)
            if isinstance(before, FileRecord) and holds.get(path) != before.determination_id:
                yield before.determination_id

    def _buried(self, ids: Iterator[str] | Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return who is dead once some letters are too."""
        dead = {name: set(numbers) for name, numbers in self._state.dead.items()}
        for name in ids:
            found = self._set.find(name)
            if found is not None:
                place, number = found
                dead.setdefault(self._set.segments[place].entry.name, set()).add(number)
        return {name: tuple(sorted(numbers)) for name, numbers in sorted(dead.items())}

    def _join(self) -> None:
        """Join segments as long as that is worth it."""
        while plan := plan_merge([size_of(segment) for segment in self._set.segments], self._small):
            entries = self._state.segments
            names = {entry.name for entry in entries[plan.start : plan.end]}
            dead = {name: numbers for name, numbers in self._state.dead.items() if name not in names}
            write = functools.partial(self._write_joined, plan)
            self._write(entries[: plan.start], write, dead, set(self._state.lost), entries[plan.end :])
            with _whatever_comes():  # what was joined of this run's own would double the disk that a large one takes
                drop_unused(self._dir, self.published)

    def _write_joined(self, plan: Plan, folder: Path) -> SegmentManifest:
        every, scratch = self._set.segments, self._dir / SCRATCH
        others = (*every[: plan.start], *every[plan.end :])
        try:
            data = merged_data(every[plan.start : plan.end], scratch, oldest=plan.start == 0, others=others)
            return write_segment(folder, data, self._made, self._threads)
        finally:
            scratch.unlink(missing_ok=True)

    def _write(
        self,
        before: Sequence[SegmentEntry],
        write: Callable[[Path], SegmentManifest],
        dead: Mapping[str, tuple[int, ...]],
        lost: set[str],
        after: Sequence[SegmentEntry] = (),
    ) -> None:
        """Publish a segment between others, and write down what the draft is now."""
        slot = self._state.next_slot
        with self._told():
            name, manifest, digest = publish_segment(self._dir, write)
            entry = SegmentEntry(name=name, first_slot=slot, items=manifest.items, sha256=digest)
            self._state = msgspec.structs.replace(
                self._state,
                next_slot=slot + manifest.items,
                segments=(*before, entry, *after),
                dead=dict(dead),
                lost=tuple(sorted(lost)),
            )
            write_unfinished(self._dir, self._state)
        self._reopen()

    def _opened(self) -> SegmentSet:
        dead = {name: np.asarray(numbers, dtype=np.int32) for name, numbers in self._state.dead.items()}
        return SegmentSet(self._dir, self._state.segments, dead, self._threads)

    def _reopen(self) -> None:
        self._set.close()
        self._set = self._opened()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise IndexFault(f"index in {self._dir} could not be written, the old one stands: {error}") from None


class EarlierGeneration:
    """What a generation holds that was made otherwise than it would be now."""

    def __init__(self, manifest: Manifest, held: SegmentSet) -> None:
        """Look into a generation."""
        self.made = manifest.made
        self.letters = manifest.counts.letters
        self._set = held

    def files(self) -> Iterator[FileRecord | RejectedFile]:
        """Yield the files that it knows."""
        return self._set.files.all()

    def determinations(self) -> Iterator[tuple[Determination, tuple[tuple[Reason, ...], ...]]]:
        """Yield its letters in order of id, with the reasons of each item.

        Raises:
            IndexFault: a segment is damaged.
        """
        for segment in self._set.segments:
            segment.trust_all()
        rows = self._set.rows
        for place, number in zip(rows.letter_segment.tolist(), rows.letter_number.tolist(), strict=True):
            segment = self._set.segments[place]
            first, end = segment.arrays["first"][number : number + 2].tolist()
            yield segment.determination(number), tuple(segment.reasons(item) for item in range(first, end))


class _Known:
    """The groups of near-duplicates that the letters of some segments are in."""

    def __init__(self, held: SegmentSet) -> None:
        self._set = held
        self._places: dict[int, tuple[int, int]] = {}

    def met(self, bands: Bands) -> list[Met]:
        """Return the representatives with which a sketch has a band in common."""
        found: dict[int, Met] = {}
        for place, segment in enumerate(self._set.segments):
            for number, met in segment.met(bands):
                self._places[met.label] = (place, number)
                found[met.label] = met
        return list(found.values())

    def item(self, label: int) -> DisputedItem:
        """Return the representative of a group."""
        place, number = self._places[label]
        return self._set.segments[place].disputed(number)

    def regions(self, label: int) -> frozenset[str]:
        """Return the parts of the body that a group shares: what the newest segment says."""
        told = (segment.regions(label) for segment in reversed(self._set.segments))
        return next((shared for shared in told if shared is not None), frozenset())


def _dead_of(folder: Path | None, manifest: Manifest) -> dict[str, Array]:
    if folder is None:
        return {}
    try:
        return read_dead(folder, manifest)
    except (OSError, ValueError) as error:
        raise IndexFault(f"index generation {folder} is damaged: {error}") from None


@contextmanager
def _whatever_comes() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


@contextmanager
def embedded_draft(index_dir: Path, made: Made, threads: int, small: int | None = None) -> Iterator[EmbeddedDraft]:
    """Start the next generation of an index folder, whose writer lock is held meanwhile.

    Raises:
        IndexFault: another process is writing, what is published is damaged, or the folder cannot be written.
    """
    with writer_lock(index_dir):
        draft = EmbeddedDraft(index_dir, made, threads, small)
        try:
            yield draft
        finally:
            draft.close()
