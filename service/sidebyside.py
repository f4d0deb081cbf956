"""Pieces of one request's work side by side: what is found for one item does not wait for another's.

A page that asks for five items takes five searches, and half of one is spent outside Python (FAISS, tantivy, numpy, a
database), where threads do not wait for each other.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

P = TypeVar("P")
T = TypeVar("T")


def side_by_side(work: Callable[[P], T], pieces: Sequence[P], threads: int) -> list[T]:
    """Return what is made of each piece, in order, by at most so many threads; each sees the caller's context.

    What the first piece that fails raises is raised here, once all that were begun have ended; a lone piece needs no
    thread of its own.
    """
    most = min(threads, len(pieces))
    if most <= 1:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(most, thread_name_prefix="imr-item") as pool:
        waiting = [pool.submit(copy_context().run, work, piece) for piece in pieces]
        try:
            return [one.result() for one in waiting]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
