"""What may be watched while a request is answered: how long each stage takes, and how near the index came.

The service tells whoever watches the request at hand, and knows nothing of what becomes of it. Neither the request's
text nor anything of an answer's is told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol, get_args

from service.records import Coverage

Stage = Literal["understand", "embed", "retrieve", "fold", "evidence", "render"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Observer(Protocol):
    """Is told from the thread that does the work."""

    def stage(self, name: Stage, seconds: float) -> None:
        """Take note that a stage took so long, whether or not it failed."""
        ...

    def coverage(self, coverage: Coverage) -> None:
        """Take note of how near the index came to one item asked for."""
        ...


# Set for a request by whoever watches it; threads that work for the request get a copy of its context.
observer: ContextVar[Observer | None] = ContextVar("observer", default=None)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Tell how long what stands in the block takes."""
    watching = observer.get()
    if watching is None:
        yield
        return
    started = time.perf_counter()
    try:
        yield
    finally:
        watching.stage(name, time.perf_counter() - started)


def tell_coverage(coverage: Coverage) -> None:
    """Tell how near the index came to one item asked for."""
    watching = observer.get()
    if watching is not None:
        watching.coverage(coverage)
