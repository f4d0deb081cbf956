"""bm25: words of the whole query text against title and rationale; no understanding of the request."""

from eval.datasets import Query
from eval.items import ItemNames, excluding
from indexer.index import Index


class Bm25:
    """The index's own lexical search (k1 1.2, b 0.75)."""

    name = "bm25"

    def __init__(self, index: Index) -> None:
        """Search an index."""
        self._index = index
        self._names = ItemNames(index)

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank the items that share words with the query."""
        hits = self._index.search_text(query.text, limit, excluding(query))
        return [(self._names.of(hit.key), hit.score) for hit in hits]
