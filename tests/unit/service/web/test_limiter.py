"""The limiter: so many at once, so many waiting, and no place ever lost."""

import threading
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from config.settings import load_settings
from service.web.limiter import Busy, Limiter


def limiter(concurrency: int = 1, queue: int = 1, wait_seconds: float = 30) -> Limiter:
    limits = {"concurrency": concurrency, "queue": queue, "wait_seconds": wait_seconds}
    return Limiter(load_settings(flags={"server": limits}).server)


class Gated:
    """A function that holds its worker thread until the gate opens, and counts how many do so at once."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.running = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, value: int) -> int:
        """Return the value once the gate is open."""
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.entered.release()
        assert self.gate.wait(30), "nobody opened the gate"
        with self._lock:
            self.running -= 1
        return value

    async def has_entered(self) -> None:
        """Wait until one more call is on its thread."""
        assert await anyio.to_thread.run_sync(lambda: self.entered.acquire(timeout=30))


def test_passes_arguments_and_results_and_runs_on_another_thread() -> None:
    def call(*args: int, **kwargs: str) -> Any:
        return args, kwargs, threading.get_ident()

    async def main() -> None:
        args, kwargs, thread = await limiter().run(call, 1, 2, mode="x")
        assert (args, kwargs) == ((1, 2), {"mode": "x"})
        assert thread != threading.get_ident()

    anyio.run(main)


def test_what_the_function_raises_is_raised_and_the_place_given_back() -> None:
    def fail() -> None:
        raise KeyError("no such item")

    async def main() -> None:
        one = limiter(queue=0)
        for _ in range(3):
            with pytest.raises(KeyError):
                await one.run(fail)

    anyio.run(main)


@pytest.mark.parametrize(("concurrency", "queue"), [(1, 0), (1, 2), (2, 3)])
def test_more_than_the_places_and_the_queue_hold_are_refused(concurrency: int, queue: int) -> None:
    async def main() -> None:
        gated = Gated()
        one = limiter(concurrency, queue)
        done: list[int] = []

        async def ask(value: int) -> None:
            done.append(await one.run(gated, value))

        async with anyio.create_task_group() as tasks:
            for value in range(concurrency + queue):
                tasks.start_soon(ask, value)
            await anyio.wait_all_tasks_blocked()
            for _ in range(concurrency):
                await gated.has_entered()
            with pytest.raises(Busy, match="too many requests are waiting"):
                await one.run(gated, -1)
            gated.gate.set()
        assert sorted(done) == list(range(concurrency + queue))
        assert gated.most == concurrency
        # All is given back: a full round fits again.
        assert await one.run(gated, 7) == 7

    anyio.run(main)


def test_a_wait_ends_and_leaves_the_queue() -> None:
    async def main() -> None:
        gated = Gated()
        one = limiter(concurrency=1, queue=1, wait_seconds=0.01)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.run, gated, 1)
            await gated.has_entered()
            for _ in range(3):
                with pytest.raises(Busy, match=r"within 0\.01 seconds"):
                    await one.run(gated, 2)
            gated.gate.set()
        assert await one.run(gated, 3) == 3

    anyio.run(main)


def test_a_request_cancelled_while_waiting_leaves_the_queue() -> None:
    async def main() -> None:
        gated = Gated()
        one = limiter(concurrency=1, queue=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.run, gated, 1)
            await gated.has_entered()
            for _ in range(3):
                with anyio.CancelScope() as scope:
                    scope.cancel()
                    await one.run(gated, 2)
                assert scope.cancelled_caught
            gated.gate.set()
        assert await one.run(gated, 3) == 3

    anyio.run(main)


def test_the_event_loop_turns_while_all_places_are_taken() -> None:
    async def main() -> None:
        gated = Gated()
        one = limiter(concurrency=1, queue=0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.run, gated, 1)
            await gated.has_entered()
            for _ in range(100):
                await anyio.lowlevel.checkpoint()
            assert gated.running == 1
            gated.gate.set()

    anyio.run(main)
