"""The nearest passages of a vector: exactly where few come into question, else through the HNSW graph.

A graph is searched from near the query outwards, so a filter that few passages pass, or none near the query, makes it
visit much and still come back short. Passages of selected items are therefore compared one by one as long as that is
quick, and whenever the graph comes back short.
"""

from typing import NamedTuple

import numpy as np
from pgvector import Vector
from psycopg import sql

from indexer.columns import IntArray
from indexer.embed import FloatArray
from indexer.postgres.base import Base
from indexer.postgres.servers import Connection

# So many passages are compared one by one: below, that is as quick as the graph and misses nothing.
EXACT = 20_000
# Candidates that the graph keeps while it is searched: as many as are wanted, within these.
_LEAST_KEPT = 100
_MOST_KEPT = 1000
_MOST_FETCHED = 8000
# The graph gives up after so many passages (pgvector's default); what then comes back short is searched exactly.
_MOST_VISITED = 20_000
# Passages fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32
# Rounding of the query to halves, by which the graph orders.
_NOISE = 1e-3


# Whether an item is one of those that are allowed. A million of them are 125 kB, and asking costs next to nothing;
# a join would let the planner leave the graph.
_ALLOWED = sql.SQL("CASE WHEN item < %(size)s THEN get_bit(%(allowed)s, item) = 1 ELSE false END")


class Near(NamedTuple):
    """A passage: its item's number in the base, its place, its cosine with the query."""

    item: int
    start: int
    end: int
    score: float


_SETTINGS = (
    "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true), "
    "set_config('hnsw.max_scan_tuples', %s, true), set_config('enable_seqscan', 'off', true), "
    "set_config('enable_sort', 'off', true)"
)


def search_exactly(connection: Connection, base: Base, vector: FloatArray, limit: int, items: IntArray) -> list[Near]:
    """Compare with every passage of some items; return the best `limit` and all that tie with the last, unsorted."""
    query = base.statement("SELECT item, starts, ends, -(embedding::vector <#> %(vector)s) FROM {passage} WHERE ")
    told: dict[str, object] = {"vector": Vector(vector), "limit": limit}
    if len(items) > EXACT:  # reading all of the table is quicker than looking so many up
        query += _ALLOWED
        told |= _bits(items)
    else:
        query += sql.SQL("item = ANY(%(items)s)")
        told["items"] = items.tolist()
    query += sql.SQL(" ORDER BY 4 DESC FETCH FIRST %(limit)s ROWS WITH TIES")
    return [Near(*row) for row in connection.cursor(binary=True).execute(query, told)]


def search_graph(
    connection: Connection, base: Base, vector: FloatArray, limit: int, generation: int, allowed: IntArray | None
) -> list[Near] | None:
    """Ask the graph; return the best `limit` and some more, unsorted.

    Args:
        connection: inside a transaction.
        base: the tables.
        vector: of length one.
        limit: passages wanted.
        generation: whose passages count.
        allowed: the items whose passages may be returned; None for all of the generation.

    Returns:
        None where the graph cannot tell: it gave up before it had enough, or too many tie with the last.
    """
    fetched = limit + _SPARE
    while fetched <= _MOST_FETCHED:
        found = _ask(connection, base, vector, fetched, generation, allowed)
        scores = sorted((near.score for near in found), reverse=True)
        if len(found) < limit:
            return None
        if len(found) < fetched or scores[-1] < scores[limit - 1] - _NOISE:
            return found
        fetched *= 4
    return None


def _ask(
    connection: Connection, base: Base, vector: FloatArray, limit: int, generation: int, allowed: IntArray | None
) -> list[Near]:
    kept = min(max(limit, _LEAST_KEPT), _MOST_KEPT)
    connection.execute(_SETTINGS, [str(kept), str(_MOST_VISITED)])
    # The graph orders by the query in halves; what is returned is scored by the query itself.
    query = base.statement(
        "SELECT item, starts, ends, -(embedding::vector <#> %(vector)s) FROM (SELECT item, starts, ends, embedding "
        "FROM {passage} WHERE "
    )
    told: dict[str, object] = {"vector": Vector(vector), "generation": generation, "limit": limit}
    if allowed is None:
        query += sql.SQL("since <= %(generation)s AND until > %(generation)s")
    else:
        query += _ALLOWED
        told |= _bits(allowed)
    query += base.statement(" ORDER BY embedding::{half} <#> %(vector)s::{half} LIMIT %(limit)s) AS near")
    return [Near(*row) for row in connection.cursor(binary=True).execute(query, told)]


def _bits(items: IntArray) -> dict[str, object]:
    """Return the parameters of `_ALLOWED`: numbers as bits that are set."""
    flags = np.zeros(int(items.max(initial=-1)) + 1, dtype=np.uint8)
    flags[items] = 1
    return {"size": len(flags), "allowed": np.packbits(flags, bitorder="little").tobytes()}
