"""Workers without machines: each answers at once, as a script says, and time passes only while nothing happens."""

from collections.abc import Callable, Sequence
from typing import Literal

from indexer.bulk.schedule import Event, Lost, Made, Ready, Refused
from indexer.sharding import Cut, ShardSummary

Fate = Literal["made", "lost", "refused"]


def summary_of(cut: Cut) -> ShardSummary:
    """Return what a worker would say of a shard."""
    return ShardSummary(
        path=f"shard-{cut.shard}",
        shard=cut.shard,
        of=cut.of,
        files=1,
        letters=1,
        rejected=(),
        texts=1,
        embedded=1,
        made=True,
        device="cpu",
        seconds=0.0,
    )


class FakePool:
    """A pool with its own clock; `given` lists (worker, shard, when) in order.

    Args:
        rooms: how many workers there is room for, from which time on.
        fate: what becomes of a shard: (worker, shard, how often it was given before).
        start: what becomes of a worker that starts.
    """

    def __init__(
        self,
        rooms: dict[float, int],
        fate: Callable[[int, int, int], Fate] = lambda _worker, _shard, _before: "made",
        start: Callable[[int], Fate] = lambda _worker: "made",
    ) -> None:
        self.now = 0.0
        self.given: list[tuple[int, int, float]] = []
        self.started = 0
        self.alive: set[int] = set()
        self.most = 0
        self._rooms = rooms
        self._fate = fate
        self._start = start
        self._events: list[Event] = []

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def room(self) -> int:
        """Return the room there is now."""
        return [room for since, room in sorted(self._rooms.items()) if since <= self.now][-1]

    def start(self) -> int:
        """Start a worker."""
        worker = self.started
        self.started += 1
        self.alive.add(worker)
        self.most = max(self.most, len(self.alive))
        fate = self._start(worker)
        self._tell(worker, Ready(worker=worker) if fate == "made" else None, fate)
        return worker

    def give(self, worker: int, cut: Cut) -> None:
        """Take a shard; a worker that is gone or was not ready is a failure of the schedule."""
        assert worker in self.alive
        before = [shard for _, shard, _ in self.given].count(cut.shard)
        self.given.append((worker, cut.shard, self.now))
        self._tell(worker, Made(worker=worker, summary=summary_of(cut)), self._fate(worker, cut.shard, before))

    def wait(self, seconds: float) -> Sequence[Event]:
        """Return one event, or let the time pass."""
        if not self._events:
            self.now += seconds
            return ()
        return [self._events.pop(0)]

    def _tell(self, worker: int, made: Event | None, fate: Fate) -> None:
        if fate == "made" and made is not None:
            self._events.append(made)
        elif fate == "lost":
            self.alive.discard(worker)
            self._events.append(Lost(worker=worker))
        elif fate == "refused":
            self._events.append(Refused(worker=worker, reason="the disk is full"))
