"""dense: one vector a text, cut at the model's limit, compared exactly by cosine."""

from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from eval.datasets import Query
from eval.systems.system import Exclude
from indexer.embed import Embedder, FloatArray

# Texts of one call: the model sorts these by length among themselves, which saves padding.
_TOGETHER = 256
# Batches of other lengths change the last bits of a vector; equal texts must get equal scores.
_DECIMALS = 6


class Dense:
    """A model over (corpus id, text) pairs; the vectors live as long as the system."""

    def __init__(
        self,
        texts: Sequence[tuple[str, str]],
        embedder: Embedder,
        exclude: Exclude,
        *,
        name: str = "dense",
        progress: bool = False,
    ) -> None:
        """Embed the texts (about 15 a second on two cores with the default model).

        An id that comes with several texts is ranked by the best of them.
        """
        self.name = name
        in_order = sorted(texts)
        self._ids = [corpus_id for corpus_id, _ in in_order]
        self._embedder = embedder
        self._exclude = exclude
        self._vectors = _embed(embedder, [text for _, text in in_order], progress=progress)

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank by cosine with the whole query text, equal scores by id."""
        excluded = self._exclude(query)
        vector = self._embedder.encode([query.text])[0]
        scores = np.round(self._vectors @ vector, _DECIMALS)
        best: dict[str, float] = {}
        # Rows are in order of id, so a stable sort leaves equal scores in that order.
        for row in np.argsort(-scores, kind="stable"):
            if len(best) >= limit:
                break
            corpus_id = self._ids[row]
            if corpus_id not in excluded and corpus_id not in best:
                best[corpus_id] = float(scores[row])
        return list(best.items())


def _embed(embedder: Embedder, texts: Sequence[str], *, progress: bool) -> FloatArray:
    vectors = np.zeros((len(texts), embedder.fingerprint.dimension), dtype=np.float32)
    with tqdm(total=len(texts), desc="embedding", unit="text", disable=not progress) as bar:
        for start in range(0, len(texts), _TOGETHER):
            part = texts[start : start + _TOGETHER]
            vectors[start : start + len(part)] = embedder.encode(part)
            bar.update(len(part))
    return vectors
