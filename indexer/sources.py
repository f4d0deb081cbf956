"""The letter files under the paths a user names, and reading many of them in parallel."""

import hashlib
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from config.errors import Fault, LetterRejected
from config.settings import ReadingSettings
from indexer.letters import parse_file
from indexer.read.letter import SUFFIXES, as_text
from indexer.records import Determination, Record
from indexer.threads import available_cores

# Fewer files than this are read in this process: starting workers would take longer.
_WORTH_WORKERS = 400
_BATCH = 8


class ReadResult(Record, frozen=True):
    """One file read: either a determination or the reason why not."""

    path: str
    sha256: str
    determination: Determination | None
    reason: str | None


def find_letters(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the letter files under paths: files as named, folders recursively (.pdf and .txt), each once.

    Raises:
        LetterRejected: a path does not exist, or there is no letter under any.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() in SUFFIXES and file.is_file():
                    found[file.resolve()] = None
        elif path.exists():
            found[path.resolve()] = None
        else:
            raise LetterRejected(f"{path}: no such file or folder")
    if not found:
        raise LetterRejected(f"no .pdf or .txt file under {', '.join(map(str, paths))}")
    return tuple(found)


def content_sha256(path: Path) -> str | None:
    """Return the sha256 of a file's bytes, or None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def read_letters(files: Sequence[Path], limits: ReadingSettings) -> Iterator[ReadResult]:
    """Read letters, in parallel where there are many; results come in the order of the files.

    Workers only read and parse: they never import torch.
    """
    if len(files) < _WORTH_WORKERS:
        yield from (_read(path, limits) for path in files)
        return
    workers = limits.processes or available_cores()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(_read, files, _repeat(limits, len(files)), chunksize=_BATCH)


def _repeat(limits: ReadingSettings, times: int) -> Iterable[ReadingSettings]:
    return (limits for _ in range(times))


def _read(path: Path, limits: ReadingSettings) -> ReadResult:
    sha256 = content_sha256(path) or ""
    name = as_text(str(path))
    try:
        return ReadResult(path=name, sha256=sha256, determination=parse_file(path, limits), reason=None)
    except Fault as fault:
        return ReadResult(path=name, sha256=sha256, determination=None, reason=str(fault))
