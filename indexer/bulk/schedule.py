"""Which worker makes which shard, and what becomes of a shard whose worker dies: no machine and no Ray is known here.

A shard that failed is tried again after a while, behind the others; after `TRIES` it is given up, and the others are
finished. A worker that refused a shard rests as long, else one broken machine would spend the tries of all shards. One
that refuses to load is left where it is, so that nothing else is started in its place.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from config.errors import IndexFault
from indexer.records import Record
from indexer.sharding import Cut, ShardSummary

TRIES = 5
# A machine that is cut off holds a shard's lock until it notices; these waits together outlast that.
_WAITS = (2.0, 8.0, 32.0, 60.0)
# Loading a large model over a network takes minutes; a cluster without room takes for ever.
PATIENCE = 300.0
_LOST_STARTS = 5
_GLANCE = 1.0


class Ready(Record, frozen=True):
    """A worker has loaded the model."""

    worker: int


class Made(Record, frozen=True):
    """A worker's shard is there."""

    worker: int
    summary: ShardSummary


class Refused(Record, frozen=True):
    """A worker could not load, or not make its shard; it lives on. The reason is one line without a letter's words."""

    worker: int
    reason: str


class Lost(Record, frozen=True):
    """A worker is gone, its process or its machine."""

    worker: int


Event = Ready | Made | Refused | Lost


class Pool(Protocol):
    """Workers on some machines."""

    def room(self) -> int:
        """Return how many workers the machines that are there now can hold, those at work included."""
        ...

    def start(self) -> int:
        """Start a worker and return its number, each once; it becomes Ready, Refused or Lost."""
        ...

    def give(self, worker: int, cut: Cut) -> None:
        """Let an idle worker make a shard; it becomes Made, Refused or Lost."""
        ...

    def wait(self, seconds: float) -> Sequence[Event]:
        """Return what has happened, none if nothing has within the time."""
        ...


class FailedShard(Record, frozen=True):
    """A shard that was given up."""

    shard: int
    of: int
    reason: str


class BulkSummary(Record, frozen=True):
    """What became of all shards: those made, those given up, and how often a worker at work was `lost`."""

    shards: tuple[ShardSummary, ...]
    failed: tuple[FailedShard, ...]
    lost: int
    seconds: float


# Called with (finished, of) as shards end, and with a line when one fails.
Told = Callable[[int, int], None]
Say = Callable[[str], None]


class Schedule:
    """One run over all shards."""

    def __init__(self, of: int, pool: Pool, told: Told, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the number of shards and an empty pool."""
        self._of = of
        self._pool = pool
        self._told = told
        self._say = say
        self._clock = clock
        # When a shard may be begun, in the order in which they are.
        self._waiting: list[tuple[float, int]] = [(0.0, shard) for shard in range(1, of + 1)]
        self._tries: Counter[int] = Counter()
        self._starting: set[int] = set()
        # Idle workers, and when each may be given a shard.
        self._idle: dict[int, float] = {}
        self._refusals: Counter[int] = Counter()
        self._busy: dict[int, int] = {}
        self._useless: dict[int, str] = {}
        self._lost_starts = 0
        self._made: dict[int, ShardSummary] = {}
        self._failed: dict[int, FailedShard] = {}
        self._lost = 0

    def run(self) -> BulkSummary:
        """Make every shard.

        Raises:
            IndexFault: there is no worker to make them.
        """
        started = since = self._clock()
        self._told(0, self._of)
        while self._waiting or self._busy:
            self._start()
            self._give()
            for event in self._pool.wait(_GLANCE):
                self._take(event)
            since = self._clock() if self._idle or self._busy else since
            self._check(self._clock() - since)
        return BulkSummary(
            shards=tuple(self._made[shard] for shard in sorted(self._made)),
            failed=tuple(self._failed[shard] for shard in sorted(self._failed)),
            lost=self._lost,
            seconds=round(self._clock() - started, 2),
        )

    def _start(self) -> None:
        """Start as many workers as there is room and work for."""
        useful = len(self._starting) + len(self._idle) + len(self._busy)
        room = self._pool.room() - useful - len(self._useless)
        for _ in range(min(room, len(self._waiting) + len(self._busy) - useful)):
            self._starting.add(self._pool.start())

    def _give(self) -> None:
        now = self._clock()
        due = [entry for entry in self._waiting if entry[0] <= now]
        rested = [worker for worker, until in self._idle.items() if until <= now]
        for worker, entry in zip(rested, due, strict=False):
            del self._idle[worker]
            self._waiting.remove(entry)
            self._busy[worker] = entry[1]
            self._pool.give(worker, Cut(shard=entry[1], of=self._of))

    def _take(self, event: Event) -> None:
        match event:
            case Ready(worker):
                self._starting.remove(worker)
                self._idle[worker] = 0.0
                self._lost_starts = 0
            case Made(worker, summary):
                self._idle[worker] = 0.0
                self._refusals.pop(worker, None)
                self._made[self._busy.pop(worker)] = summary
                self._end()
            case Refused(worker, reason) if worker in self._busy:
                self._idle[worker] = self._clock() + _WAITS[min(self._refusals[worker], len(_WAITS) - 1)]
                self._refusals[worker] += 1
                self._again(self._busy.pop(worker), reason)
            case Refused(worker, reason):
                self._starting.discard(worker)
                self._useless[worker] = reason
                self._say(f"a worker cannot be used: {reason}")
            case Lost(worker):
                self._lose(worker)

    def _lose(self, worker: int) -> None:
        if worker in self._busy:
            self._lost += 1
            self._again(self._busy.pop(worker), "its worker was lost: the process or the machine died")
        elif worker in self._starting:
            self._starting.remove(worker)
            self._lost_starts += 1
        self._idle.pop(worker, None)
        self._useless.pop(worker, None)

    def _again(self, shard: int, reason: str) -> None:
        """Put a shard that failed behind the others, or give it up."""
        self._tries[shard] += 1
        tries = self._tries[shard]
        if tries < TRIES:
            self._say(f"shard {shard}/{self._of}, try {tries} of {TRIES}: {reason}")
            self._waiting.append((self._clock() + _WAITS[tries - 1], shard))
        else:
            self._say(f"shard {shard}/{self._of} is given up after {TRIES} tries: {reason}")
            self._failed[shard] = FailedShard(shard=shard, of=self._of, reason=reason)
            self._end()

    def _end(self) -> None:
        self._told(len(self._made) + len(self._failed), self._of)

    def _check(self, seconds: float) -> None:
        """Give up where no worker is at work and none can be hoped for."""
        if self._idle or self._busy:
            return
        if self._useless and not self._starting:
            raise IndexFault(f"no worker can be used: {next(iter(self._useless.values()))}")
        if self._lost_starts >= _LOST_STARTS:
            raise IndexFault(f"{self._lost_starts} workers in a row died while they loaded the model")
        if seconds >= PATIENCE:
            raise IndexFault(f"no worker was ready in {PATIENCE:g} seconds: the machines have no room, or are gone")
