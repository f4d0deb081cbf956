"""The generations of a database: what the control tables say."""

from typing import Any, NamedTuple

import psycopg

from config.errors import IndexFault
from indexer.embed import Fingerprint
from indexer.index import Counts
from indexer.records import Record

Connection = psycopg.Connection[Any]

_COLUMNS = (
    "generation, base, reader_version, reasons_version, letters, items, passages, rejected, dropped, model, dimension, "
    "max_pieces, weights_sha256"
)


class Made(Record, frozen=True):
    """What an index was made by: the model of its vectors, the versions of the reader and of the list of reasons."""

    model: Fingerprint
    reader_version: str
    reasons_version: str


class Generation(NamedTuple):
    """A published generation; `base` are the tables that hold it."""

    number: int
    base: int
    made: Made
    counts: Counts
    dropped: bool

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
        f"SELECT {_COLUMNS} FROM imr.active JOIN imr.generation USING (generation) JOIN imr.base USING (base)",  # noqa: S608 - fixed names
        (),
    )


def find_generation(connection: Connection, number: int) -> Generation | None:
    """Return a generation by number, or None."""
    return _found(
        connection,
        f"SELECT {_COLUMNS} FROM imr.generation JOIN imr.base USING (base) WHERE generation = %s",  # noqa: S608 - fixed names
        (number,),
    )


def _found(connection: Connection, query: str, parameters: tuple[int, ...]) -> Generation | None:
    row = connection.execute(query.encode(), parameters).fetchone()
    if row is None:
        return None
    number, base, reader, reasons, letters, items, passages, rejected, dropped, *model = row
    return Generation(
        number=number,
        base=base,
        made=Made(
            model=Fingerprint(name=model[0], dimension=model[1], max_pieces=model[2], weights_sha256=model[3]),
            reader_version=reader,
            reasons_version=reasons,
        ),
        counts=Counts(letters=letters, items=items, passages=passages, rejected=rejected),
        dropped=dropped,
    )
