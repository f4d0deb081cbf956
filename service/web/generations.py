"""Which generation answers, and which of those before it are still in use.

A request is lent the generation that answers when it begins and works with that one until it ends, whatever comes
meanwhile. All of this happens on the event loop, so nothing is locked.
"""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime

import anyio.to_thread

from service.precedents import PrecedentService


def settle() -> None:
    """Take what is loaded by now out of the garbage collector's sight.

    Going over it stops every thread, the event loop's too: 280 ms for the 519,000 objects that torch, the model and the
    vocabulary are made of, each time that a quarter as many have come to stay. What is closed goes all the same: it is
    part of no circle.
    """
    gc.collect()
    gc.freeze()


def _leave_alone() -> None:
    """Leave the collector alone: the process is somebody else's."""


class Generation:
    """One open generation and how many requests use it."""

    def __init__(self, service: PrecedentService, published_at: float | None = None) -> None:
        """Hold an open service; `published_at` is in seconds since 1970, None where nobody knows."""
        self.service = service
        self.name = service.generation
        self.counts = service.counts
        # Here, so that it is counted on the thread that opens a generation, and once.
        self.years = service.years
        self.published_on = None if published_at is None else datetime.fromtimestamp(published_at, UTC).date()
        self._published_at = published_at
        self._lent = 0

    @property
    def age(self) -> float:
        """Seconds since it was published."""
        return 0.0 if self._published_at is None else max(0.0, time.time() - self._published_at)

    @property
    def idle(self) -> bool:
        """Whether no request uses it."""
        return self._lent == 0

    def lend(self) -> PrecedentService:
        """Lend it to a request, which gives it back when it ends."""
        self._lent += 1
        return self.service

    def give_back(self) -> None:
        """Take it back from a request."""
        self._lent -= 1


class Generations:
    """The generation that answers, if any is open yet, and those that only finish their requests."""

    def __init__(self) -> None:
        """Begin with none."""
        self.current: Generation | None = None
        # Called on the thread that opened a generation, when it is open.
        self.on_open: Callable[[], None] = _leave_alone
        self._retired: list[Generation] = []

    @property
    def open(self) -> int:
        """How many generations are open."""
        return len(self._retired) + (self.current is not None)

    def take_up(self, fresh: Generation) -> None:
        """Let a generation answer from now on; the one before it finishes its requests."""
        if self.current is not None:
            self._retired.append(self.current)
        self.current = fresh

    def retire(self) -> None:
        """Let none answer any more."""
        if self.current is not None:
            self._retired.append(self.current)
            self.current = None

    async def close_idle(self) -> None:
        """Close the retired generations that no request uses any more."""
        idle = [one for one in self._retired if one.idle]
        self._retired = [one for one in self._retired if not one.idle]
        for one in idle:
            await anyio.to_thread.run_sync(one.service.close)
