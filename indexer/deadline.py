"""A limit on the time one letter may take."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from config.errors import LetterRejected


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give a letter up after some seconds.

    Only the main thread of a process can be interrupted (index workers and the command line read there); in any
    other thread nothing is limited.

    Raises:
        LetterRejected: the time is up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise LetterRejected(f"took more than {seconds:g} seconds to read")

    handler = signal.signal(signal.SIGALRM, give_up)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)
