"""The nearest passages: what the graph returns is nearest, and where it cannot know, nothing is missed."""

from collections.abc import Iterator

import numpy as np
import pytest

from eval.bench.pgserver import Server
from eval.bench.postgres import DIMENSION, MADE, cloud, parts
from indexer.columns import IntArray
from indexer.embed import FloatArray
from indexer.filters import NO_FILTERS, Filters
from indexer.postgres import nearest
from indexer.postgres.base import Base
from indexer.postgres.nearest import Near, Passing, search_exactly, search_graph
from indexer.postgres.reader import PostgresIndex
from indexer.postgres.servers import Limits, Servers
from tests.support.engines import Postgres, fresh_database

SIZE, LIMIT = 1000, 10
BASE = Base(1, DIMENSION)
DRAWN = cloud(SIZE, 3)
QUERIES = cloud(8, 4).vectors


@pytest.fixture(scope="module")
def made(postgres_server: Server) -> Postgres:
    """Passages in clusters; passage, item and row are of one number."""
    engine = Postgres(fresh_database(postgres_server))
    with engine.writer() as writer:
        writer.load(parts(DRAWN, "A"), MADE)
    return engine


@pytest.fixture(scope="module")
def servers(made: Postgres) -> Iterator[Servers]:
    opened = Servers([made.dsn], 1, Limits(1, 10))
    yield opened
    opened.close()


def ranked(query: FloatArray) -> IntArray:
    """Return all passages, the nearest first."""
    return np.argsort(-(DRAWN.vectors @ query), kind="stable")


def by_graph(servers: Servers, query: FloatArray, items: IntArray) -> list[Near] | None:
    passing = Passing(items, len(items), SIZE)
    return servers.read(lambda link: search_graph(link, BASE, query, LIMIT, 1, passing))


def best(found: list[Near]) -> list[int]:
    return [near.item for near in sorted(found, key=lambda near: -near.score)[:LIMIT]]


@pytest.mark.parametrize("filters", [NO_FILTERS, Filters(treatment=("far 2",))], ids=["all", "half"])
def test_as_served(made: Postgres, filters: Filters) -> None:
    index = made.open()
    assert isinstance(index, PostgresIndex)
    index.exact_up_to = 0
    passing = index.rows(filters)
    for query in QUERIES:
        expected = [row for row in ranked(query).tolist() if row in passing][:LIMIT]
        found = index.search_vector(query, LIMIT, filters)
        assert {hit.key for hit in found} == set(index.keys(np.asarray(expected)))
    index.close()


def test_the_graph_tells_what_is_near(servers: Servers) -> None:
    for query in QUERIES:
        near = ranked(query)[: SIZE // 5]
        found = by_graph(servers, query, near)
        assert found is not None
        assert set(best(found)) == set(near[:LIMIT].tolist())


def test_the_graph_does_not_guess_what_is_far(servers: Servers) -> None:
    for query in QUERIES:
        assert by_graph(servers, query, ranked(query)[-SIZE // 5 :]) is None


def test_nothing_is_told_of_the_end_of_the_beam(servers: Servers) -> None:
    """As many as are wanted, but so late that some before them may have been missed."""
    query = QUERIES[0]
    beam = 420  # twice ten and thirty-two to spare, for each in five that passes
    assert by_graph(servers, query, ranked(query)[beam - 50 : beam - 50 + SIZE // 5]) is None


@pytest.mark.parametrize("looked_up", [1, 10**9], ids=["looked up", "table read"])
@pytest.mark.parametrize("noise", [1e-3, 9.0], ids=["told", "tied"])
def test_one_by_one_either_way(servers: Servers, monkeypatch: pytest.MonkeyPatch, looked_up: int, noise: float) -> None:
    monkeypatch.setattr(nearest, "_LOOKED_UP", looked_up)
    monkeypatch.setattr(nearest, "_NOISE", noise)
    for query in QUERIES:
        far = ranked(query)[-SIZE // 5 :]
        found = servers.read(
            lambda link, query=query, far=far: search_exactly(link, BASE, query, LIMIT, far, SIZE)  # type: ignore[misc] # bound at once
        )
        assert set(best(found)) == set(far[:LIMIT].tolist())
