"""Write the lexical index of a generation: anew, or as a published one with some items less and some more.

Every item has a *slot*: a number, never negative, that stays the item's as long as it lives and is given to no other.
tantivy keeps an index as segments: files that are written once, and a list of them in `meta.json`, which is replaced by
renaming. So a new index can begin as hard links to an old one's files, and the old one stays as it was.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import tantivy

from config.errors import IndexFault
from indexer.store.words_schema import BODY, SLOT, STEMS, damage_told, panics_told, words_schema

_META = "meta.json"
_MANAGED = ".managed.json"
_HEAP = 64_000_000
# Characters between commits. Few enough that tantivy cuts no more than a few segments meanwhile: from eight on it would
# begin to merge them while others are being written, and what is merged with what would depend on the threads' luck.
_COMMITTED = 32_000_000

Bodies = Iterable[tuple[int, Sequence[str]]]


def write_words(folder: Path, bodies: Bodies) -> None:
    """Write the lexical index of (slot, texts) pairs into a folder that is not there; no phrase crosses texts.

    Raises:
        OSError: the disk refuses.
    """
    folder.mkdir(parents=True)
    with _refusal_told(folder):
        tantivy.Index(words_schema(), path=str(folder))
        _write(folder, bodies)


def extend_words(
    old: Path,
    folder: Path,
    bodies: Bodies,
    dead: Sequence[int] = (),
    replaced: Sequence[tuple[int, int]] = (),
) -> None:
    """Write a published lexical index less some slots and with others added, at the cost of what changes.

    The old folder is never written to and stays searchable. A document that is deleted is no longer found, but counts
    in BM25's statistics (how many items there are, how long they are, how many hold a word) until its segment is
    merged or has no other documents left.

    Args:
        old: the published index, of which `words_files` are taken over as hard links, or as copies where the file
            system has none.
        folder: where the new one goes; not there yet.
        bodies: (slot, texts) pairs of new slots.
        dead: slots to delete.
        replaced: slots to delete in ranges, each from its first up to but without its end.

    Raises:
        IndexFault: the old index is damaged.
        OSError: the disk refuses.
    """
    files = words_files(old)
    folder.mkdir(parents=True)
    for name in files:
        _take_over(old / name, folder / name)
    with damage_told():
        tantivy.Index.open(str(folder))
    with panics_told(), _refusal_told(folder):
        _write(folder, bodies, _deletions(dead, replaced))


def words_files(folder: Path) -> list[str]:
    """Return the names of the files that make up a lexical index, in order; no locks, nothing left over.

    Raises:
        IndexFault: what lists its segments cannot be read.
    """
    try:
        segments = msgspec.json.decode((folder / _META).read_bytes(), type=_Meta).segments
        names = [path.name for path in folder.iterdir()]
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexFault(f"the words of the index are damaged: {_META}: {error}") from None
    kept = {_META, _MANAGED}
    for segment in segments:
        name = segment.segment_id.replace("-", "")
        deleted = f"{name}.{segment.deletes.opstamp}.del" if segment.deletes else None
        kept.update(one for one in names if one.startswith(f"{name}.") and (one == deleted or not one.endswith(".del")))
    return sorted(kept)


class _Deletes(msgspec.Struct, frozen=True):
    opstamp: int


class _Segment(msgspec.Struct, frozen=True):
    segment_id: str
    deletes: _Deletes | None


class _Meta(msgspec.Struct, frozen=True):
    segments: list[_Segment]


def _take_over(old: Path, new: Path) -> None:
    if old.name not in {_META, _MANAGED}:  # tantivy replaces these two by renaming, but nothing says it always will
        try:
            new.hardlink_to(old)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(old, new)


def _write(folder: Path, bodies: Bodies, deletions: Sequence[tantivy.Query] = ()) -> None:
    """Delete and add, and merge what tantivy thinks should be; every commit's merges are waited for.

    So what is merged with what depends on what was published, and not on threads: deleted documents leave the
    statistics at the same moment everywhere.
    """
    index = tantivy.Index.open(str(folder))
    documents = iter(bodies)
    more = True
    while more:
        writer = index.writer(_HEAP, 1)
        for query in deletions:
            writer.delete_documents_by_query(query)
        deletions = ()
        more = _add(writer, documents)
        writer.commit()
        writer.wait_merging_threads()
    index.writer(_HEAP, 1).garbage_collect_files()
    kept = set(words_files(folder))
    for path in folder.iterdir():
        if path.name not in kept:  # locks
            path.unlink()


def _add(writer: tantivy.IndexWriter, documents: Iterator[tuple[int, Sequence[str]]]) -> bool:
    """Add documents up to as many as are committed together; return whether others may follow."""
    written = 0
    for slot, body in documents:
        document = tantivy.Document()
        document.add_integer(SLOT, slot)
        for text in body:
            document.add_text(BODY, text)
            document.add_text(STEMS, text)
            written += len(text)
        writer.add_document(document)
        if written >= _COMMITTED:
            return True
    return False


def _deletions(dead: Sequence[int], replaced: Sequence[tuple[int, int]]) -> list[tantivy.Query]:
    schema = words_schema()
    queries = [
        tantivy.Query.range_query(schema, SLOT, tantivy.FieldType.Integer, first, end, include_upper=False)
        for first, end in replaced
        if first < end
    ]
    if dead:
        queries.append(tantivy.Query.term_set_query(schema, SLOT, list(dead)))
    return queries


@contextmanager
def _refusal_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # what tantivy makes of a disk that refuses
        raise OSError(f"{folder.name} could not be written: {error}") from error
