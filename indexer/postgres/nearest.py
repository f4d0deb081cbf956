"""The nearest passages of a vector: exactly where few come into question, else through the HNSW graph.

One beam of the graph finds the passages that are nearest of all; whether they pass the filter is looked at after. As
many as are wanted among them are the nearest that pass. Where there are fewer, the filter is far from the query or few
pass it, and passages are compared one by one: a graph that is searched on from there (iterative scan) returns enough
of them, but not the nearest.
"""

from collections.abc import Sequence
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
# The beam: twice what should hold as many as are wanted, by how many pass the filter; pgvector allows no more.
_LEAST_KEPT = 100
_MOST_KEPT = 1000
_WIDER = 2
# The last that is wanted must lie in this part of the beam: towards its end the graph misses some.
_TRUSTED = 0.7
# Passages fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32
# Rounding of the query to halves, by which passages are ordered before they are scored.
_NOISE = 1e-3
# Reading the whole table costs as much as looking up one item in so many.
_LOOKED_UP = 12


# Whether an item is one of those that are allowed. A million of them are 125 kB, and asking costs next to nothing;
# a join would let the planner leave the graph.
_ALLOWED = sql.SQL("CASE WHEN item < %(size)s THEN get_bit(%(allowed)s, item) = 1 ELSE false END")


class Near(NamedTuple):
    """A passage: its item's number in the base, its place, its cosine with the query."""

    item: int
    start: int
    end: int
    score: float


class Passing(NamedTuple):
    """What passes a filter: its items (None where all of the generation do), their passages, and all passages."""

    items: IntArray | None
    passages: int
    of: int


# Without iterative scan: what is not in the beam is not returned, so that what is returned is known to be nearest.
_SETTINGS = (
    "SELECT set_config('hnsw.iterative_scan', 'off', true), set_config('hnsw.ef_search', %s, true), "
    "set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)"
)
# Ordered by the query in halves, scored by the query itself. Adding nothing keeps the graph out of it.
_EXACT = (
    "SELECT item, starts, ends, -(embedding::vector <#> %(vector)s) FROM (SELECT item, starts, ends, embedding "
    "FROM {passage} WHERE "
)
_EXACT_ORDER = " ORDER BY (embedding::{half} <#> %(vector)s::{half}) + 0 LIMIT %(limit)s) AS near"
_TIES = "SELECT item, starts, ends, -(embedding::vector <#> %(vector)s) FROM {passage} WHERE "
_TIES_ORDER = " ORDER BY 4 DESC FETCH FIRST %(limit)s ROWS WITH TIES"
_BEAM = (
    "SELECT item, starts, ends, -(embedding::vector <#> %(vector)s), place FROM (SELECT *, row_number() OVER () AS "
    "place FROM (SELECT item, starts, ends, embedding, since, until FROM {passage} "
    "ORDER BY embedding::{half} <#> %(vector)s::{half} LIMIT %(limit)s) AS beam) AS placed WHERE "
)


def search_exactly(
    connection: Connection, base: Base, vector: FloatArray, limit: int, items: IntArray, known: int
) -> list[Near]:
    """Compare with every passage of some items of the `known` ones; return the best and all that tie with the last."""
    told: dict[str, object] = {"vector": Vector(vector)}
    if len(items) * _LOOKED_UP > known:
        passing: sql.Composable = _ALLOWED
        told |= _bits(items)
    else:
        passing = sql.SQL("item = ANY(%(items)s)")
        told["items"] = items.tolist()
    halves = base.statement(_EXACT) + passing + base.statement(_EXACT_ORDER)
    fetched = limit + _SPARE
    found = _near(connection, halves, told, fetched)
    if len(found) < fetched or _is_told(found, limit):
        return found
    return _near(connection, base.statement(_TIES) + passing + base.statement(_TIES_ORDER), told, limit)


def search_graph(
    connection: Connection, base: Base, vector: FloatArray, limit: int, generation: int, allowed: Passing
) -> list[Near] | None:
    """Ask the graph; return the best `limit` and some more, unsorted.

    Args:
        connection: inside a transaction.
        base: the tables.
        vector: of length one.
        limit: passages wanted.
        generation: whose passages count.
        allowed: what may be returned.

    Returns:
        None where the graph cannot tell: too few of what is nearest may be returned, or too many tie with the last.
    """
    told: dict[str, object] = {"vector": Vector(vector), "generation": generation}
    if allowed.items is None:
        passing: sql.Composable = sql.SQL("since <= %(generation)s AND until > %(generation)s")
    else:
        passing = _ALLOWED
        told |= _bits(allowed.items)
    wanted = _WIDER * (limit + _SPARE) * allowed.of / allowed.passages
    kept = round(min(max(wanted, _LEAST_KEPT), _MOST_KEPT))
    connection.execute(_SETTINGS, [str(kept)])
    rows = connection.cursor(binary=True).execute(base.statement(_BEAM) + passing, {**told, "limit": kept}).fetchall()
    found = [Near(*row[:-1]) for row in rows]
    if len(found) == allowed.passages:
        return found
    trusted = len(found) > limit and rows[limit - 1][-1] <= kept * _TRUSTED
    return found if trusted and _is_told(found, limit) else None


def _near(connection: Connection, query: sql.Composed, told: dict[str, object], limit: int) -> list[Near]:
    return [Near(*row) for row in connection.cursor(binary=True).execute(query, {**told, "limit": limit})]


def _is_told(found: Sequence[Near], limit: int) -> bool:
    """Whether the last of what was found is farther than the last that is wanted, so that nothing else may be it."""
    scores = sorted((near.score for near in found), reverse=True)
    return len(scores) > limit and scores[-1] < scores[limit - 1] - _NOISE


def _bits(items: IntArray) -> dict[str, object]:
    """Return the parameters of `_ALLOWED`: numbers as bits that are set."""
    flags = np.zeros(int(items.max(initial=-1)) + 1, dtype=np.uint8)
    flags[items] = 1
    return {"size": len(flags), "allowed": np.packbits(flags, bitorder="little").tobytes()}
