"""Replicas: passed over while they are behind, and all there is when the primary is gone."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import NamedTuple

import psycopg
import pytest
from pydantic import SecretStr

from config.errors import IndexFault
from config.settings import IndexSettings, load_settings
from eval.bench.pgserver import Server, replica_of, started, stop
from indexer.embed import HashingEmbedder
from indexer.postgres import servers as servers_module
from indexer.postgres.open import open_postgres
from indexer.postgres.servers import RETURN_SECONDS, Limits, Servers
from indexer.records import Determination
from tests.support.engines import TEMPLATE, Postgres, fresh_database
from tests.support.letters import Item, determination

EMBEDDER = HashingEmbedder()
NEW = determination("CM19-0000005-00000000", Item("Wrist splint", "The wrist is sprained."))
PORT = "SELECT inet_server_port()"


class Cluster(NamedTuple):
    """A primary, its replica, and an index in both."""

    primary: Server
    replica: Server
    index: Postgres

    @property
    def replica_dsn(self) -> str:
        """The replica's connection string."""
        return self.index.dsn.replace(f"port={self.primary.port}", f"port={self.replica.port}")

    @property
    def settings(self) -> IndexSettings:
        """Settings that read from the replica."""
        named = {"engine": "postgres", "dsn": SecretStr(self.index.dsn), "read_dsns": [SecretStr(self.replica_dsn)]}
        return load_settings(flags={"index": named}).index


def until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def holds(dsn: str, generation: int) -> bool:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT generation FROM imr.active").fetchone()
        return row is not None and row[0] >= generation


@pytest.fixture
def cluster(letters: tuple[Determination, ...]) -> Iterator[Cluster]:
    """Two servers of their own, since one is stopped."""
    with started() as primary:
        index = Postgres(fresh_database(primary, template=False))
        index.load(letters, EMBEDDER)
        with replica_of(primary) as replica:
            yield Cluster(primary, replica, index)


def served_by(servers: Servers) -> int:
    def reading(connection: psycopg.Connection[object]) -> int:
        row = connection.execute(PORT.encode()).fetchone()
        assert isinstance(row, tuple)
        return int(row[0])

    return servers.read(reading)


def test_a_replica_serves_passes_while_behind_and_stays_when_the_primary_is_gone(cluster: Cluster) -> None:
    until(lambda: holds(cluster.replica_dsn, 1))
    limits = Limits(2, 10)
    order = [cluster.replica_dsn, cluster.index.dsn]
    first = Servers(order, 1, limits)
    assert served_by(first) == cluster.replica.port

    with psycopg.connect(cluster.replica_dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        cluster.index.change([NEW], EMBEDDER)
        behind = Servers(order, 2, limits)
        assert served_by(behind) == cluster.primary.port
        index = open_postgres(cluster.settings)
        assert index.generation == "g000002"
        assert index.determination(NEW.id) == NEW
        alone = Servers(order[:1], 2, limits)
        with pytest.raises(IndexFault, match="is behind: it does not hold generation 2"):
            served_by(alone)
        connection.execute("SELECT pg_wal_replay_resume()")
    until(lambda: holds(cluster.replica_dsn, 2))
    assert served_by(alone) == cluster.replica.port

    stop(cluster.primary)
    # The index was opened while only the primary held its generation.
    assert [hit.key.determination_id for hit in index.search_text("wrist", 5)] == ["CM19-0000005-00000000"] * 1 + [
        "letter-dddddddd"
    ]
    again = open_postgres(cluster.settings)
    assert again.generation == "g000002"
    assert again.search_vector(EMBEDDER.encode(["Wrist splint. The wrist is sprained."])[0], 1)[0].score > 0.9
    with pytest.raises(IndexFault, match="cannot be asked"):
        cluster.index.change([], EMBEDDER)
    stop(cluster.replica)
    with pytest.raises(IndexFault, match="generation 2 cannot be read"):
        again.search_text("wrist", 5)
    with pytest.raises(IndexFault, match=f"port={cluster.replica.port}"):
        open_postgres(cluster.settings)
    for opened in (index, again):
        opened.close()
    for servers in (first, behind, alone):
        servers.close()
        with pytest.raises(IndexFault):
            served_by(servers)


def test_a_preferred_server_is_returned_to(loaded: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preferred one is another database of the server, first without the generation, then with it."""
    with psycopg.connect(loaded.dsn, autocommit=True) as connection:
        row = connection.execute("SELECT inet_server_port()").fetchone()
        assert row
        connection.execute("DROP DATABASE IF EXISTS preferred")
        connection.execute(f"CREATE DATABASE preferred TEMPLATE {TEMPLATE}".encode())
    preferred = Postgres(f"host=127.0.0.1 port={row[0]} dbname=preferred user=imr_admin")
    servers = Servers([preferred.dsn, loaded.dsn], 1, Limits(1, 10))

    def database() -> object:
        return servers.read(lambda connection: connection.execute("SELECT current_database()").fetchone())

    other = database()
    assert other != ("preferred",)
    preferred.load([], EMBEDDER)
    assert database() == other
    late = time.monotonic() + RETURN_SECONDS + 1
    monkeypatch.setattr(servers_module, "time", SimpleNamespace(monotonic=lambda: late))
    assert database() == ("preferred",)
    servers.close()


def test_nothing_is_read_after_closing(loaded: Postgres) -> None:
    servers = Servers([loaded.dsn], 1, Limits(1, 10))
    assert served_by(servers)
    servers.close()
    with pytest.raises(IndexFault, match="the index is closed"):
        served_by(servers)


def test_a_statement_that_takes_too_long_is_told(loaded: Postgres) -> None:
    servers = Servers([loaded.dsn], 1, Limits(1, 0.2))
    with pytest.raises(IndexFault, match=r"took more than 0\.2 seconds"):
        servers.read(lambda connection: connection.execute("SELECT pg_sleep(5)"))
    # The connection is as good as before.
    assert servers.read(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)
    servers.close()


def test_more_readings_than_connections_wait_for_each_other(loaded: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers_module, "CONNECT_SECONDS", 1)
    servers = Servers([loaded.dsn], 1, Limits(1, 10))

    def asleep(_: int) -> object:
        return servers.read(lambda connection: connection.execute("SELECT 1, pg_sleep(.6)").fetchone())

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(asleep, range(6))) == [(1, "")] * 6
    servers.close()


def test_a_reading_transaction_cannot_write(loaded: Postgres) -> None:
    servers = Servers([loaded.dsn], 1, Limits(1, 10))
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        servers.read(lambda connection: connection.execute("DELETE FROM imr.active"))
    servers.close()


def test_a_connection_that_was_cut_is_made_again(loaded: Postgres) -> None:
    servers = Servers([loaded.dsn], 1, Limits(1, 10))
    assert served_by(servers)
    with psycopg.connect(loaded.dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'imr reader' AND "
            "datname = current_database()"
        )
    assert served_by(servers)
    servers.close()
