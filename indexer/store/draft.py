"""The next generation of the embedded index while a run makes it.

Each block of letters becomes a segment, and what the draft consists of is written down (`unfinished.json`) when the
segment is safe on disk. A run that dies loses what was not in a segment yet; the next one goes on from there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from indexer.embed import FloatArray
from indexer.index import Counts
from indexer.records import Determination
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.earlier import EarlierGeneration
from indexer.store.generation import SegmentSet
from indexer.store.generation_writing import counts_of, open_base, publish_segments, refusal_told, whatever_comes
from indexer.store.joining import join_due, join_segments
from indexer.store.known_groups import KnownGroups
from indexer.store.manifest import FORMAT, Made, SegmentEntry
from indexer.store.merging import SMALL, plan_own, size_of
from indexer.store.publish import drop_unused, publish_segment, writer_lock
from indexer.store.segment_writing import fresh_data, write_segment
from indexer.store.unfinished import Unfinished, forget_unfinished, read_unfinished, write_unfinished


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
        self._base = open_base(index_dir)
        state = read_unfinished(index_dir)
        with refusal_told(index_dir):
            if state is None or (state.base, state.made) != (self.published, made):
                # What another run left is of another base or made otherwise, or was published before it died.
                forget_unfinished(index_dir)
                state = self._start()
            drop_unused(index_dir, self.published)
        self._state = state
        self._set = self._opened()

    def _start(self) -> Unfinished:
        manifest, held = self._base.manifest, self._base.held
        kept = manifest if manifest is not None and manifest.made == self._made else None
        dead = {part.entry.name: tuple(part.dead.tolist()) for part in held.segments if len(part.dead)}
        return Unfinished(
            format=FORMAT,
            base=self.published,
            made=self._made,
            next_slot=kept.next_slot if kept else 0,
            segments=kept.segments if kept else (),
            dead=dead if kept else {},
            lost=(),
        )

    @property
    def published(self) -> str | None:
        """The generation that is published now, or None."""
        return self._base.manifest.generation if self._base.manifest else None

    @property
    def earlier(self) -> EarlierGeneration | None:
        """What is published, where it was made otherwise."""
        manifest = self._base.manifest
        if manifest is None or manifest.made == self._made:
            return None
        return EarlierGeneration(manifest.made, self._base.held)

    @property
    def is_changed(self) -> bool:
        """Whether the draft holds anything else than what is published."""
        return self.published is None or self.earlier is not None or self._state != self._start()

    @property
    def counts(self) -> Counts:
        """How much the draft holds."""
        return counts_of(self._set)

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
        held = [*self._set.segments, *self._base.held.segments]
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
        known = KnownGroups(self._set)
        with refusal_told(self._dir):
            name, manifest, digest = publish_segment(
                self._dir,
                lambda folder: write_segment(folder, fresh_data(contents, vectors, known), self._made, self._threads),
            )
            slot = self._state.next_slot
            entry = SegmentEntry(name=name, first_slot=slot, items=manifest.items, sha256=digest)
            self._become(self._state.segments, entry, (), dead, lost)
        self._join_own()

    def publish(self) -> str:
        """Publish what the draft holds and return the generation's name.

        Raises:
            IndexFault: the disk refuses; it says which generation is current.
        """
        gone = [name for name in self._state.lost if not self.has_file(name)]
        self._state = msgspec.structs.replace(self._state, dead=self._buried(gone), lost=())
        self._reopen()
        self._join_own()
        with refusal_told(self._dir):
            generation = publish_segments(self._dir, self._set, self._made, self._state.next_slot, self._base)
        # It is published: what cannot be tidied up now is tidied up by the next run.
        with whatever_comes():
            forget_unfinished(self._dir)
            drop_unused(self._dir, generation)
        return generation

    def join(self, begins: Callable[[int], None]) -> str | None:
        """Join segments of what is published where that is due, and publish them; call it when all is published.

        Raises:
            IndexFault: a segment is damaged or the disk refuses; what is published stands.
        """
        return join_due(self._dir, self._threads, self._small, begins)

    def close(self) -> None:
        """Close the records files."""
        self._set.close()
        self._base.held.close()

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

    def _join_own(self) -> None:
        """Join what this run added as long as that is worth it: large segments that are published stay as they are."""
        published = {entry.name for entry in self._base.manifest.segments} if self._base.manifest else set[str]()
        while True:
            entries = self._state.segments
            known = sum(entry.name in published for entry in entries)
            plan = plan_own([size_of(segment) for segment in self._set.segments], known, self._small)
            if plan is None:
                return
            gone = {entry.name for entry in entries[plan.start : plan.end]}
            dead = {name: numbers for name, numbers in self._state.dead.items() if name not in gone}
            with refusal_told(self._dir):
                slot = self._state.next_slot
                entry = join_segments(self._dir, self._set.segments, plan, self._made, self._threads, slot)
                self._become(entries[: plan.start], entry, entries[plan.end :], dead, set(self._state.lost))
            with whatever_comes():  # what was joined of this run's own would double the disk that a large one takes
                drop_unused(self._dir, self.published)

    def _become(
        self,
        before: Sequence[SegmentEntry],
        entry: SegmentEntry,
        after: Sequence[SegmentEntry],
        dead: Mapping[str, tuple[int, ...]],
        lost: set[str],
    ) -> None:
        """Write down what the draft is now: with a new segment between others.

        Raises:
            OSError: the disk refuses.
        """
        self._state = msgspec.structs.replace(
            self._state,
            next_slot=entry.first_slot + entry.items,
            segments=(*before, entry, *after),
            dead=dict(dead),
            lost=tuple(sorted(lost)),
        )
        write_unfinished(self._dir, self._state)
        self._reopen()

    def _opened(self) -> SegmentSet:
        dead = {name: np.asarray(numbers, dtype=np.int32) for name, numbers in self._state.dead.items()}
        return SegmentSet(self._dir, self._state.segments, dead)

    def _reopen(self) -> None:
        self._set.close()
        self._set = self._opened()


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
