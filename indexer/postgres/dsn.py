"""Connection strings: checked, and told without their passwords."""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from config.errors import SettingsFault

# What of a connection string may be told; everything else (password, options, keys) stays inside.
_TOLD = ("host", "hostaddr", "port", "dbname")


def checked(dsn: SecretStr, setting: str) -> str:
    """Return a connection string that libpq understands.

    Raises:
        SettingsFault: it is empty or malformed; the fault does not repeat it.
    """
    value = dsn.get_secret_value()
    if not value.strip():
        raise SettingsFault(f"setting index.{setting} names no server: engine 'postgres' needs its connection string")
    try:
        conninfo_to_dict(value)
    except ProgrammingError:
        raise SettingsFault(f"setting index.{setting} is no connection string of PostgreSQL") from None
    return value


def told(dsn: str) -> str:
    """Return which server and database a connection string names."""
    parts = conninfo_to_dict(dsn)
    return " ".join(f"{name}={parts[name]}" for name in _TOLD if parts.get(name)) or "the local server"
