"""The generations of a database: what the control tables say."""

from typing import Any, NamedTuple

import msgspec
import psycopg

from config.errors import IndexFault
from indexer.index import Counts
from indexer.store.manifest import Made

Connection = psycopg.Connection[Any]

_COLUMNS = "generation, base, made, letters, items, passages, rejected, dropped, extract(epoch FROM published)::float8"


class Generation(NamedTuple):
    """A published generation; `base` are the tables that hold it, `published` is in seconds since 1970."""

    number: int
    base: int
    made: Made
    counts: Counts
    dropped: bool
    published: float

    @property
    def name(self) -> str:
        """The generation's name, as the embedded engine writes it."""
        return name_of(self.number)


def name_of(number: int) -> str:
    """Return the name of a generation."""
    return f"g{number:06d}"


def number_of(name: str) -> int:
    """Return the number of a generation.

    Raises:
        IndexFault: it is no name of one.
    """
    if not (name[:1] == "g" and name[1:].isdigit()):
        raise IndexFault(f"'{name}' is no name of a generation: they are g000001 and so on")
    return int(name[1:])


def find_active(connection: Connection) -> Generation | None:
    """Return the active generation, or None before the first."""
    return _found(
        connection,
        f"SELECT {_COLUMNS} FROM imr.active JOIN imr.generation USING (generation)",  # noqa: S608 - fixed names
        (),
    )


def find_generation(connection: Connection, number: int) -> Generation | None:
    """Return a generation by number, or None."""
    return _found(
        connection,
        f"SELECT {_COLUMNS} FROM imr.generation WHERE generation = %s",  # noqa: S608 - fixed names
        (number,),
    )


def _found(connection: Connection, query: str, parameters: tuple[int, ...]) -> Generation | None:
    row = connection.execute(query.encode(), parameters).fetchone()
    if row is None:
        return None
    number, base, made, letters, items, passages, rejected, dropped, published = row
    return Generation(
        number=number,
        base=base,
        made=decode_made(made),
        counts=Counts(letters=letters, items=items, passages=passages, rejected=rejected),
        dropped=dropped,
        published=published,
    )


def encode_made(made: Made) -> str:
    """Return what an index is made by as it is kept."""
    return msgspec.json.encode(made).decode()


def decode_made(kept: str) -> Made:
    """Return what an index is made by.

    Raises:
        IndexFault: it is of another version of this program.
    """
    try:
        return msgspec.json.decode(kept, type=Made)
    except msgspec.DecodeError as error:
        raise IndexFault(f"the index was written by another version of this program: {error}") from None
