"""The tables of a base: partitions that are made, indexed and dropped as one."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

TABLES = (
    "letter",
    "item",
    "item_words",
    "saying",
    "item_value",
    "item_reason",
    "passage",
    "posting",
    "file",
    "rejected",
)
# A row of a generation that has not ended.
ENDLESS = 2_147_483_647

_LIVE = sql.SQL("since <= %(g)s AND until > %(g)s")

# HNSW: 16 links a node is pgvector's default and what its recall figures are for; twice the default candidates while
# building buys recall that no later setting can, for half again the time. Measured: `python -m eval.bench.postgres`.
HNSW_LINKS = 16
HNSW_CANDIDATES = 128
# The graph is built in memory or, beyond this, many times slower; 1 GB holds about half a million vectors.
_BUILD_MEMORY = "1GB"
# Room in a page for the new version of a row that ends, so that no index has to be touched.
_ROOM = 90


class Base:
    """The names of a base's tables, for statements."""

    def __init__(self, number: int, dimension: int) -> None:
        """Name the tables of a base."""
        self.number = number
        self.dimension = dimension

    def __eq__(self, other: object) -> bool:
        """Whether they are the same tables."""
        return isinstance(other, Base) and self.number == other.number

    def __hash__(self) -> int:
        """Return a hash that goes with equality."""
        return self.number

    def table(self, name: str) -> sql.Identifier:
        """Return the table that holds this base's rows."""
        return sql.Identifier("imr", f"{name}_{self.number}")

    def statement(self, text: LiteralString) -> sql.Composed:
        """Return a statement, in which {letter}, {item} and so on stand for this base's tables.

        {half} stands for the type of its vectors, {live} for rows of the generation that the parameter `g` numbers.
        Statements are constants of the program; values travel as parameters.
        """
        tables = {name: self.table(name) for name in TABLES if f"{{{name}}}" in text}
        half = sql.SQL("halfvec({})").format(sql.Literal(self.dimension))
        return sql.SQL(text).format(**tables, half=half, live=_LIVE)


def make_base(connection: Connection, base: Base) -> None:
    """Make the empty tables of a base; readers may read them."""
    for name in TABLES:
        part = base.table(name)
        connection.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES IN ({})").format(
                part, sql.Identifier("imr", name), sql.Literal(base.number)
            )
        )
        connection.execute(sql.SQL("GRANT SELECT ON {} TO imr_reader").format(part))
    for name in ("letter", "item", "passage"):
        connection.execute(sql.SQL("ALTER TABLE {} SET (fillfactor = {})").format(base.table(name), sql.Literal(_ROOM)))
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD CHECK (vector_dims(embedding) = {})").format(
            base.table("passage"), sql.Literal(base.dimension)
        )
    )


def index_base(connection: Connection, base: Base) -> None:
    """Build what is cheaper to build when the rows are in, and count them for the planner."""
    connection.execute("SELECT set_config('maintenance_work_mem', %s, true)", [_BUILD_MEMORY])
    # Vectors have length one, so the inner product is the cosine, and cheaper.
    connection.execute(
        sql.SQL("CREATE INDEX {} ON {} USING hnsw ((embedding::halfvec({})) halfvec_ip_ops) WITH ({})").format(
            sql.Identifier(f"passage_{base.number}_near"),
            base.table("passage"),
            sql.Literal(base.dimension),
            sql.SQL("m = {}, ef_construction = {}").format(sql.Literal(HNSW_LINKS), sql.Literal(HNSW_CANDIDATES)),
        )
    )
    connection.execute(sql.SQL("CREATE INDEX ON {} USING gin (words)").format(base.table("item_words")))
    for name in TABLES:
        connection.execute(sql.SQL("ANALYZE {}").format(base.table(name)))


def drop_base(connection: Connection, number: int) -> None:
    """Drop the tables of a base; readers of it are told that their generation is gone."""
    for name in TABLES:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier("imr", f"{name}_{number}")))
