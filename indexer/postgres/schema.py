"""The schema `imr` of a database, brought up to date by Alembic."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from config.errors import IndexFault
from indexer.postgres.dsn import told

if TYPE_CHECKING:
    from alembic.config import Config

# The newest migration, which this program was written for; a test holds that it is the newest there is.
SCHEMA_VERSION = "0001"
_MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> "Config":
    """Return the settings of Alembic for the packaged migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def migrate(dsn: str) -> None:
    """Bring a database up to date; nothing happens where it is.

    The first time needs the right to make a schema, two roles and the extension `vector`.

    Raises:
        IndexFault: the server cannot be reached, refuses, or has a newer schema than this program knows.
    """
    if _is_newest(dsn):
        return
    from alembic import command
    from alembic.util import CommandError
    from sqlalchemy import create_engine, pool
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(dsn), poolclass=pool.NullPool)
    config = alembic_config()
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('imr.migration'))")
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS imr")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql("ALTER TABLE imr.migration OWNER TO imr_writer")
            connection.exec_driver_sql("GRANT SELECT ON imr.migration TO imr_reader")
    except (SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        raise IndexFault(f"the schema of {told(dsn)} could not be brought up to date: {cause}") from None
    finally:
        engine.dispose()


def _is_newest(dsn: str) -> bool:
    try:
        with _connect(dsn) as connection:
            return schema_version(connection) == SCHEMA_VERSION
    except psycopg.Error as error:
        raise IndexFault(f"{told(dsn)} cannot be asked for its schema: {error}") from None


def schema_version(connection: psycopg.Connection[Any]) -> str | None:
    """Return the version of a database's schema; None where it has none."""
    found = connection.execute("SELECT to_regclass('imr.migration') IS NOT NULL").fetchone()
    if found is None or not found[0]:
        return None
    row = connection.execute("SELECT version_num FROM imr.migration").fetchone()
    return str(row[0]) if row else None


def check_schema(connection: psycopg.Connection[Any], server: str) -> None:
    """Check that a database has the schema that this program was written for.

    Raises:
        IndexFault: it has none or another.
    """
    found = schema_version(connection)
    if found is None:
        raise IndexFault(f"no index in {server}: run `imr copy` or `imr index` into it first")
    if found != SCHEMA_VERSION:
        raise IndexFault(f"the schema of {server} has version {found}; this program reads {SCHEMA_VERSION}")


def _connect(dsn: str) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn, connect_timeout=10)
