"""hybrid: reciprocal rank fusion (k = 60) of bm25 and dense."""

from eval.datasets import Query
from eval.systems.fusion import reciprocal_rank_fusion
from eval.systems.system import System

# How far down each ranking is read, whatever the limit: trec_eval's customary depth.
_DEPTH = 1000
_K = 60


class Hybrid:
    """Fuses the rankings of other systems."""

    name = "hybrid"

    def __init__(self, *systems: System) -> None:
        """Fuse systems, each with weight 1."""
        self._systems = systems

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank by fused score, equal scores by id."""
        depth = max(limit, _DEPTH)
        rankings = [[corpus_id for corpus_id, _ in system.rank(query, depth)] for system in self._systems]
        fused = reciprocal_rank_fusion(rankings, k=_K)
        return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
