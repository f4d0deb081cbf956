"""Open the active generation: on the server that is written to, or on a replica that has received it."""

from collections.abc import Sequence

import psycopg

from config.errors import IndexFault
from config.settings import IndexSettings
from indexer.postgres.dsn import checked, told
from indexer.postgres.generations import Generation, find_active
from indexer.postgres.reader import PostgresIndex
from indexer.postgres.schema import check_schema
from indexer.postgres.servers import CONNECT_SECONDS, Limits, Servers


def open_postgres(settings: IndexSettings) -> PostgresIndex:
    """Open the newest active generation that any of the servers tells of.

    The server that is written to knows; where it is gone, the newest that a replica has received counts.

    Raises:
        SettingsFault: a connection string is missing or malformed.
        IndexFault: no server can be reached, or none holds an index.
    """
    writing, reading = servers_of(settings)
    generation = active_generation([writing, *reading])
    limits = Limits(settings.connections, settings.statement_seconds)
    # The server that is written to is read last: it has other work.
    servers = Servers([*reading, writing], generation.number, limits)
    try:
        return PostgresIndex(servers, generation)
    except BaseException:
        servers.close()
        raise


def servers_of(settings: IndexSettings) -> tuple[str, tuple[str, ...]]:
    """Return the connection strings of the server that is written to and of those that are read.

    Raises:
        SettingsFault: one is missing or malformed.
    """
    writing = checked(settings.dsn, "dsn")
    return writing, tuple(checked(one, "read_dsns") for one in settings.read_dsns)


def active_generation(dsns: Sequence[str]) -> Generation:
    """Return what the first server says is active; where that is gone, the newest of the others' answers.

    Raises:
        IndexFault: no server can be reached, or none holds an index.
    """
    failures: list[str] = []
    found: list[Generation] = []
    for place, dsn in enumerate(dsns):
        try:
            found.append(_ask(dsn))
        except IndexFault as fault:
            failures.append(str(fault))
        except psycopg.Error as error:
            failures.append(f"{told(dsn)}: {error}")
        if place == 0 and found:
            return found[0]
    if not found:
        raise IndexFault("; ".join(dict.fromkeys(failures)))
    return max(found, key=lambda generation: generation.number)


def _ask(dsn: str) -> Generation:
    with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS, autocommit=True) as connection:
        check_schema(connection, told(dsn))
        found = find_active(connection)
    if found is None:
        raise IndexFault(f"no index in {told(dsn)}: run `imr copy` or `imr index` into it first")
    return found
