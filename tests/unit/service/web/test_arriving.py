"""A body has its time; what follows it, and what is sent, has not."""

from typing import Any

import anyio
import pytest

from service.web.arriving import Arriving, Late

LAST = {"type": "http.request", "body": b"b", "more_body": False}
MORE = {"type": "http.request", "body": b"a", "more_body": True}
GONE = {"type": "http.disconnect"}


def take(messages: list[Any], *, times: int, seconds: float, pause: float = 0.0) -> list[Any]:
    """Return what an application reads that asks so many times, before `Late` or in all."""
    coming = iter(messages)
    read: list[Any] = []

    async def receive() -> Any:
        await anyio.sleep(pause)
        message = next(coming, None)
        if message is None:
            await anyio.sleep_forever()
        return message

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        for _ in range(times):
            read.append(await receive())

    async def send(_: Any) -> None: ...

    async def ask() -> None:
        await Arriving(app, seconds)({"type": "http"}, receive, send)  # type: ignore[typeddict-item, arg-type]  # no more is read

    try:
        anyio.run(ask)
    except Late as late:
        read += [late.status_code, late.detail]
    return read


def test_a_body_in_time_is_passed_on_as_it_came() -> None:
    assert take([MORE, LAST], times=2, seconds=60) == [MORE, LAST]


def test_a_body_that_stops_coming_is_late() -> None:
    assert take([MORE], times=2, seconds=0.05) == [MORE, 408, "the request did not arrive within 0.05 seconds"]


def test_a_body_that_trickles_is_late_however_often_something_comes() -> None:
    read = take([MORE] * 100_000, times=100_000, seconds=0.05, pause=0.001)
    assert read[-2:] == [408, "the request did not arrive within 0.05 seconds"]
    assert MORE in read


@pytest.mark.parametrize("end", [LAST, GONE])
def test_after_the_body_the_client_may_stay_as_long_as_it_likes(end: Any) -> None:
    """What is read then is waited for while an answer is made; here it comes long after the body's time."""

    async def ask() -> list[Any]:
        coming = iter([(0.0, end), (0.2, GONE)])
        read: list[Any] = []

        async def receive() -> Any:
            pause, message = next(coming)
            await anyio.sleep(pause)
            return message

        async def app(_scope: Any, receive: Any, _send: Any) -> None:
            read.extend([await receive(), await receive()])

        async def send(_: Any) -> None: ...

        await Arriving(app, 0.05)({"type": "http"}, receive, send)  # type: ignore[typeddict-item, arg-type]  # no more is read
        return read

    assert anyio.run(ask) == [end, GONE]
