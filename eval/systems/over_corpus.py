"""The systems over a BEIR corpus; what two of them need is made once."""

from functools import cached_property
from pathlib import Path

from config.settings import Settings
from eval.beir import BeirBm25, Itself, bodies, windowed
from eval.datasets import Dataset
from eval.systems.dense import Dense
from eval.systems.hybrid import Hybrid
from eval.systems.system import System
from indexer.embed import Embedder, load_embedder


class OverCorpus:
    """Systems that need no determinations: bm25, dense, dense-windowed and hybrid."""

    def __init__(self, dataset: Dataset, settings: Settings, folder: Path, *, progress: bool = False) -> None:
        """Take a dataset of the BEIR form and an empty folder, which must outlive the systems."""
        self.dataset = dataset
        self._settings = settings
        self._folder = folder
        self._progress = progress

    @property
    def about(self) -> tuple[str, ...]:
        """What was searched."""
        model = self._embedder.fingerprint
        return (
            f"{len(self.dataset.corpus)} documents, indexed on the fly",
            f"model {model.name}, weights {model.weights_sha256[:12]}",
        )

    def system(self, name: str) -> System:
        """Build a system."""
        if name == "bm25":
            return self._bm25
        if name == "dense":
            return self._dense
        return self._windowed if name == "dense-windowed" else Hybrid(self._bm25, self._dense)

    @cached_property
    def _bm25(self) -> BeirBm25:
        return BeirBm25(self.dataset.corpus, self._folder)

    @cached_property
    def _embedder(self) -> Embedder:
        return load_embedder(self._settings.model)

    @cached_property
    def _dense(self) -> Dense:
        corpus = self.dataset.corpus
        return Dense(bodies(corpus), self._embedder, Itself(corpus), progress=self._progress)

    @cached_property
    def _windowed(self) -> Dense:
        corpus, passages = self.dataset.corpus, self._settings.passages
        most = self._embedder.fingerprint.max_pieces
        limit = min(passages.max_pieces or most, most)
        texts = list(windowed(corpus, self._embedder.count, limit, passages.overlap_sentences))
        return Dense(texts, self._embedder, Itself(corpus), name="dense-windowed", progress=self._progress)
