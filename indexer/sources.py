"""The letter files under the paths a user names, and reading many of them in parallel."""

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from config.errors import Fault, LetterRejected
from config.settings import ReadingSettings
from indexer.confined import GRACE_SECONDS, limit_memory
from indexer.letters import parse_file
from indexer.read.letter import SUFFIXES, as_text
from indexer.records import Determination, Record
from indexer.threads import available_cores

# Fewer text files than this are read in this process: starting workers would take longer.
_WORTH_WORKERS = 400
_FILES_A_WORKER = 60


Reader = Callable[[Path, ReadingSettings], "ReadResult"]


class ReadResult(Record, frozen=True):
    """One file read: either a determination or the reason why not."""

    path: str
    sha256: str
    determination: Determination | None
    reason: str | None


def find_letters(paths: Sequence[Path], *, may_be_gone: bool = False) -> tuple[Path, ...]:
    """Return the letter files under paths: files as named, folders recursively (.pdf and .txt), each once.

    Args:
        paths: files and folders.
        may_be_gone: a path that does not exist, or under which there is no letter, is no fault.

    Raises:
        LetterRejected: a path does not exist or cannot be looked into, or there is no letter under any.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            found |= dict.fromkeys(_letters_under(path, may_be_gone=may_be_gone))
        except OSError as error:
            raise LetterRejected(f"{error.filename or path}: {error.strerror or 'cannot be read'}") from None
    if not found and not may_be_gone:
        raise LetterRejected(f"no .pdf or .txt file under {', '.join(map(str, paths))}")
    return tuple(found)


def _letters_under(path: Path, *, may_be_gone: bool) -> list[Path]:
    if path.is_dir():
        return [file.resolve() for file in sorted(_files_in(path)) if file.is_file()]
    if path.exists():
        return [path.resolve()]
    if may_be_gone:
        return []
    raise LetterRejected(f"{path}: no such file or folder")


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield the files with a letter's name, to the bottom; a folder that cannot be listed raises its OSError."""

    def fail(error: OSError) -> None:
        raise error

    for place, _, names in os.walk(folder, onerror=fail):
        yield from (Path(place, name) for name in names if Path(name).suffix.lower() in SUFFIXES)


def roots_of(paths: Sequence[Path]) -> list[str]:
    """Return paths by the names under which an index knows them."""
    return [as_text(str(path.resolve())) for path in paths]


def content_sha256(path: Path) -> str | None:
    """Return the sha256 of a file's bytes, or None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def read_letters(
    files: Sequence[Path],
    limits: ReadingSettings,
    reader: Reader | None = None,
) -> Iterator[ReadResult]:
    """Read letters; results come in the order of the files.

    PDFs, and many files of any kind, are read by worker processes: a file that crashes or hangs the PDF library costs
    that file only. Workers read and parse; they never import torch.

    Args:
        files: the files.
        limits: what a file may take.
        reader: reads one file; None for the usual one. Only tests name another.
    """
    read = reader or _read
    if len(files) < _WORTH_WORKERS and not any(is_pdf(path) for path in files):
        yield from (read(path, limits) for path in files)
        return
    workers = min(limits.processes or available_cores(), 1 + len(files) // _FILES_A_WORKER)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPool(workers, initializer=limit_memory, initargs=[limits.memory_mb], context=spawn) as pool:
        # The worker's own deadline comes first; this one is for what no signal interrupts.
        limit = limits.timeout_seconds + GRACE_SECONDS
        results = pool.map(read, files, [limits] * len(files), timeout=limit).result()
        for path in files:
            yield _outcome(path, results, limits)


def is_pdf(path: Path) -> bool:
    """Whether a file is a PDF by its name."""
    return path.suffix.lower() == ".pdf"


def _outcome(path: Path, results: Iterator[ReadResult], limits: ReadingSettings) -> ReadResult:
    """Return the next result, or why the worker gave none."""
    try:
        return next(results)
    except TimeoutError:
        reason = f"took more than {limits.timeout_seconds:g} seconds to read"
    except ProcessExpired:
        reason = "crashed the program that reads it, or took more memory than is allowed"
    except MemoryError:
        reason = "took more memory to read than is allowed"
    return ReadResult(path=as_text(str(path)), sha256=content_sha256(path) or "", determination=None, reason=reason)


def _read(path: Path, limits: ReadingSettings) -> ReadResult:
    sha256 = content_sha256(path) or ""
    name = as_text(str(path))
    try:
        return ReadResult(path=name, sha256=sha256, determination=parse_file(path, limits), reason=None)
    except Fault as fault:
        return ReadResult(path=name, sha256=sha256, determination=None, reason=str(fault))
