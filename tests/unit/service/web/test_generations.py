"""A generation is open as long as a request uses it."""

import gc
import weakref

import anyio

from service.web.generations import Generation, Generations, settle
from service.web.seen import Seen
from tests.support.fake_service import FakeService


def named(name: str) -> tuple[FakeService, Generation]:
    service = FakeService()
    service.name = name
    return service, Generation(service)


def test_a_request_keeps_its_generation_and_the_old_one_closes_with_its_last_request() -> None:
    old, first = named("g1")
    new, second = named("g2")
    held = Generations()
    held.take_up(first)
    one, two = Seen(), Seen()
    assert one.borrow(held.current or second) is old
    assert two.borrow(held.current or second) is old
    held.take_up(second)
    # Asked again, the request gets what it began with.
    assert one.borrow(second) is old
    assert one.generation == "g1"
    anyio.run(held.close_idle)
    one.end()
    anyio.run(held.close_idle)
    assert (old.closed, held.open) == (False, 2)
    two.end()
    anyio.run(held.close_idle)
    assert (old.closed, new.closed, held.open) == (True, False, 1)


def test_what_answers_stays_open_though_nobody_uses_it() -> None:
    service, first = named("g1")
    held = Generations()
    held.take_up(first)
    anyio.run(held.close_idle)
    assert not service.closed
    held.retire()
    held.retire()
    anyio.run(held.close_idle)
    assert (service.closed, held.current, held.open) == (True, None, 0)


def test_a_request_that_borrowed_nothing_gives_nothing_back() -> None:
    one = Seen()
    one.end()
    assert one.generation is None
    assert one.id != Seen().id


def test_age_counts_from_the_publication() -> None:
    assert Generation(FakeService()).age == 0
    assert Generation(FakeService(), published_at=0).age > 1_000_000_000
    assert Generation(FakeService(), published_at=4e9).age == 0


def test_what_is_loaded_is_out_of_the_collector_s_sight_and_goes_all_the_same() -> None:
    class Loaded:
        """Something that was loaded."""

    one = Loaded()
    gone = weakref.ref(one)
    try:
        settle()
        assert gc.get_freeze_count() > 0
        del one
        assert gone() is None
    finally:
        gc.unfreeze()
