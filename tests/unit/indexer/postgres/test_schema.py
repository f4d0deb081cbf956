"""The schema: its history, its versions, who may do what."""

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine, pool

from config.errors import IndexFault
from eval.bench.pgserver import Server
from indexer.embed import HashingEmbedder
from indexer.postgres.base import TABLES
from indexer.postgres.schema import SCHEMA_VERSION, alembic_config, check_schema, migrate, schema_version
from tests.support.engines import Postgres


def test_the_program_knows_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [SCHEMA_VERSION]


def test_migrating_again_changes_nothing(empty: Postgres) -> None:
    migrate(empty.dsn)
    with psycopg.connect(empty.dsn) as connection:
        assert schema_version(connection) == SCHEMA_VERSION
        check_schema(connection, "here")


def test_a_migration_goes_back_and_forth(empty: Postgres) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(empty.dsn), poolclass=pool.NullPool)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'imr'").scalars().all()
        assert left == ["migration"]
    migrate(empty.dsn)
    with psycopg.connect(empty.dsn) as connection:
        assert schema_version(connection) == SCHEMA_VERSION


def test_another_version_is_refused(empty: Postgres) -> None:
    with psycopg.connect(empty.dsn) as connection:
        connection.execute("UPDATE imr.migration SET version_num = '9999'")
    with pytest.raises(IndexFault, match=f"version 9999; this program reads {SCHEMA_VERSION}"):
        empty.open()
    with pytest.raises(IndexFault, match="could not be brought up to date"), empty.writer():
        pass


def test_a_database_without_the_schema_has_no_index(postgres_server: Server) -> None:
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    with pytest.raises(IndexFault, match=r"no index in host=127\.0\.0\.1"):
        Postgres(postgres_server.dsn("bare")).open()


def test_a_reader_reads_and_cannot_write(loaded: Postgres, postgres_server: Server) -> None:
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS only_reads")
        connection.execute("CREATE ROLE only_reads LOGIN IN ROLE imr_reader")
    reader = Postgres(loaded.dsn.replace("user=imr_admin", "user=only_reads"))
    index = reader.open()
    assert len(index.search_text("knee", 5)) == 1
    index.close()
    assert reader.problems() == []
    with psycopg.connect(reader.dsn, autocommit=True) as connection:
        for table in (*(f"{name}_1" for name in TABLES), "generation", "active", "base"):
            statement = sql.SQL("DELETE FROM {}").format(sql.Identifier("imr", table))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    with pytest.raises(IndexFault, match="permission denied"), reader.writer() as writer:
        writer.activate("g000001")


def test_a_writer_needs_no_superuser(empty: Postgres, postgres_server: Server) -> None:
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS only_writes")
        connection.execute("CREATE ROLE only_writes LOGIN IN ROLE imr_writer")
    writer = Postgres(empty.dsn.replace("user=imr_admin", "user=only_writes"))
    assert writer.load([], HashingEmbedder()) == "g000001"
