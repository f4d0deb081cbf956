"""Shards are handed to workers, tried again and given up; no machine, no Ray."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.bulk.schedule import PATIENCE, TRIES, BulkSummary, Schedule
from tests.support.fake_pool import FakePool, Fate


def run(pool: FakePool, of: int) -> tuple[BulkSummary, list[tuple[int, int]], list[str]]:
    """Run a schedule; return its summary, what it told and what it said."""
    told: list[tuple[int, int]] = []
    said: list[str] = []
    schedule = Schedule(of, pool, lambda done, all_: told.append((done, all_)), said.append, pool.clock)
    return schedule.run(), told, said


def shards(summary: BulkSummary) -> list[int]:
    """Return the numbers of the shards that were made."""
    return [shard.shard for shard in summary.shards]


def test_every_shard_is_made_once_in_order() -> None:
    pool = FakePool({0.0: 2})
    summary, told, said = run(pool, 5)
    assert shards(summary) == [1, 2, 3, 4, 5]
    assert [shard for _, shard, _ in pool.given] == [1, 2, 3, 4, 5]
    assert {worker for worker, _, _ in pool.given} == {0, 1}
    assert told == [(done, 5) for done in range(6)]
    assert (said, summary.failed, summary.lost) == ([], (), 0)


def test_no_more_workers_than_shards_or_room() -> None:
    pool = FakePool({0.0: 8})
    run(pool, 3)
    assert pool.started == 3
    pool = FakePool({0.0: 2})
    run(pool, 30)
    assert pool.started == 2


def test_a_lost_shard_is_tried_again_behind_the_others_by_another_worker() -> None:
    pool = FakePool({0.0: 2}, lambda _worker, shard, before: "lost" if (shard, before) == (1, 0) else "made")
    summary, _, said = run(pool, 4)
    assert shards(summary) == [1, 2, 3, 4]
    assert summary.lost == 1
    assert [shard for _, shard, _ in pool.given] == [1, 2, 3, 4, 1]
    assert pool.given[-1][2] >= 2
    assert pool.started == 3
    assert said == [f"shard 1/4, try 1 of {TRIES}: its worker was lost: the process or the machine died"]


def test_a_shard_that_fails_for_good_is_told_in_a_line_and_the_others_are_finished() -> None:
    pool = FakePool({0.0: 2}, lambda _worker, shard, _before: "refused" if shard == 2 else "made")
    summary, told, said = run(pool, 4)
    assert shards(summary) == [1, 3, 4]
    assert [(failed.shard, failed.of, failed.reason) for failed in summary.failed] == [(2, 4, "the disk is full")]
    assert [shard for _, shard, _ in pool.given].count(2) == TRIES
    assert said[-1] == f"shard 2/4 is given up after {TRIES} tries: the disk is full"
    assert len(said) == TRIES
    assert told[-1] == (4, 4)
    assert pool.now > 100  # longer than a machine that is cut off holds a lock


def test_a_broken_machine_does_not_spend_the_tries_of_all_shards() -> None:
    pool = FakePool({0.0: 2}, lambda worker, _shard, _before: "refused" if worker == 0 else "made")
    summary, _, _ = run(pool, 40)
    assert shards(summary) == list(range(1, 41))
    assert [worker for worker, _, _ in pool.given].count(0) < 5


def test_a_worker_that_cannot_load_is_not_replaced_and_not_used() -> None:
    pool = FakePool({0.0: 3}, start=lambda worker: "refused" if worker == 1 else "made")
    summary, _, said = run(pool, 9)
    assert shards(summary) == list(range(1, 10))
    assert pool.started == 3
    assert 1 not in {worker for worker, _, _ in pool.given}
    assert said == ["a worker cannot be used: the disk is full"]


def test_where_no_worker_can_load_the_run_ends_with_the_reason() -> None:
    pool = FakePool({0.0: 2}, start=lambda _worker: "refused")
    with pytest.raises(IndexFault, match="no worker can be used: the disk is full"):
        run(pool, 4)


def test_where_workers_only_die_the_run_ends() -> None:
    pool = FakePool({0.0: 2}, start=lambda _worker: "lost")
    with pytest.raises(IndexFault, match="in a row died while they loaded the model"):
        run(pool, 4)
    assert pool.started < 20


def test_where_no_machine_has_room_the_run_ends() -> None:
    pool = FakePool({0.0: 0})
    with pytest.raises(IndexFault, match="no worker was ready in 300 seconds"):
        run(pool, 4)
    assert PATIENCE <= pool.now < PATIENCE + 5


def test_a_machine_that_comes_later_is_used() -> None:
    pool = FakePool({0.0: 0, 100.0: 2})
    summary, _, _ = run(pool, 4)
    assert shards(summary) == [1, 2, 3, 4]
    assert min(when for _, _, when in pool.given) >= 100


@given(
    of=st.integers(1, 12),
    room=st.integers(1, 5),
    fates=st.dictionaries(
        st.tuples(st.integers(1, 12), st.integers(0, TRIES)), st.sampled_from(("lost", "refused")), max_size=30
    ),
)
def test_each_shard_is_made_once_or_given_up_after_its_tries(
    of: int, room: int, fates: dict[tuple[int, int], Fate]
) -> None:
    pool = FakePool({0.0: room}, lambda _worker, shard, before: fates.get((shard, before), "made"))
    summary, told, _ = run(pool, of)
    hopeless = {shard for shard in range(1, of + 1) if all((shard, before) in fates for before in range(TRIES))}
    assert {failed.shard for failed in summary.failed} == hopeless
    assert shards(summary) == [shard for shard in range(1, of + 1) if shard not in hopeless]
    assert summary.lost == sum(
        fates.get((shard, before)) == "lost"
        for shard in range(1, of + 1)
        for before in range([given for _, given, _ in pool.given].count(shard))
    )
    assert told == [(done, of) for done in range(of + 1)]
    assert pool.most <= room
