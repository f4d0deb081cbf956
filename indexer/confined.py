"""Letters that come from outside, read in processes of their own: whatever such a file does, it does it to them.

This bounds time and memory and survives a crash of the PDF library. It is no sandbox: a worker runs as the same user.
"""

import multiprocessing
import resource
import threading
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from config.errors import LetterRejected
from config.settings import ReadingSettings
from indexer.deadline import deadline
from indexer.letters import parse_bytes
from indexer.records import Determination

# The worker's own deadline comes first; this one is for what no signal interrupts.
GRACE_SECONDS = 5.0
# A worker that has read so many letters is replaced: what its libraries never gave back goes with it.
_LETTERS_A_WORKER = 100
_MEGABYTE = 1 << 20
_TOO_MUCH = "took more memory to read than is allowed"


class ConfinedReader:
    """Reads letters from their bytes in worker processes, which start with the first. Safe to share between threads."""

    def __init__(self, limits: ReadingSettings, workers: int) -> None:
        """Take what a letter may cost; no process is started yet."""
        self._limits = limits
        self._workers = workers
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def read(self, name: str, content: bytes) -> Determination:
        """Read a letter; `name` is only recorded.

        Raises:
            LetterRejected: it is no determination that can be read whole within the limits.
        """
        task = self._started().schedule(
            _read, args=(name, content, self._limits), timeout=self._limits.timeout_seconds + GRACE_SECONDS
        )
        try:
            found: Determination = task.result()
        except TimeoutError:
            raise LetterRejected(f"took more than {self._limits.timeout_seconds:g} seconds to read") from None
        except ProcessExpired:
            raise LetterRejected("crashed the program that reads it, or took more memory than is allowed") from None
        except MemoryError:
            raise LetterRejected(_TOO_MUCH) from None
        return found

    def close(self) -> None:
        """End the processes, whatever they are at."""
        with self._starting:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble declares no types for it
            pool.join()

    def __enter__(self) -> Self:
        """Return the reader, which is closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """End the processes."""
        self.close()

    def _started(self) -> ProcessPool:
        with self._starting:
            if self._pool is None:
                self._pool = ProcessPool(
                    self._workers,
                    max_tasks=_LETTERS_A_WORKER,
                    initializer=limit_memory,
                    initargs=[self._limits.memory_mb],
                    context=multiprocessing.get_context("spawn"),
                )
            return self._pool


def limit_memory(megabytes: int) -> None:
    """Let this process take no more memory; 0 is no limit. What it maps from files, such as libraries, is not counted.

    The hard limit is lowered too, so that nothing read here can raise it again.
    """
    if megabytes:
        most = megabytes * _MEGABYTE
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _read(name: str, content: bytes, limits: ReadingSettings) -> Determination:
    try:
        with deadline(limits.timeout_seconds):
            return parse_bytes(name, content, limits)
    except MemoryError:
        raise LetterRejected(_TOO_MUCH) from None
