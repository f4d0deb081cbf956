"""The systems over the disputed items of an index; what two of them need is made once."""

from functools import cached_property

from config.settings import Settings
from eval.datasets import Dataset
from eval.items import ItemNames, align, all_items
from eval.systems.ablation import ablations, without
from eval.systems.bm25 import Bm25
from eval.systems.concept import Concept
from eval.systems.dense import Dense
from eval.systems.full import Full
from eval.systems.hybrid import Hybrid
from eval.systems.system import System
from indexer.embed import Embedder, load_embedder
from indexer.index import Index
from indexer.parse.normalise import default_normaliser
from service.precedents import PrecedentService


class OverIndex:
    """The contract's systems, and the service with parts of its ranking switched off."""

    def __init__(self, dataset: Dataset, index: Index, settings: Settings, *, progress: bool = False) -> None:
        """Name the dataset's judged items as the systems name them.

        Raises:
            DatasetFault: the index holds none of the dataset's relevant items.
        """
        self.dataset = align(dataset, index)
        self._index = index
        self._names = ItemNames(index)
        self._settings = settings
        self._progress = progress

    @property
    def about(self) -> tuple[str, ...]:
        """What was searched and with which weights."""
        counts, model = self._index.counts, self._index.fingerprint
        search = ", ".join(f"{name} {value}" for name, value in self._settings.search)
        held = f"{counts.letters} letters, {counts.items} disputed items, {counts.passages} passages"
        return (
            f"index generation {self._index.generation}: {held}",
            f"model {model.name}, weights {model.weights_sha256[:12]}",
            f"the service's search settings: {search}",
        )

    def system(self, name: str) -> System:
        """Build a system."""
        if name == "bm25":
            return self._bm25
        if name == "dense":
            return self._dense
        if name == "hybrid":
            return Hybrid(self._bm25, self._dense)
        if name == "concept":
            return Concept(all_items(self._index), default_normaliser(), self._names.excluded)
        weight = ablations(self._settings.search).get(name)
        settings = without(self._settings, weight) if weight else self._settings
        return Full(PrecedentService(self._index, self._embedder, settings), self._index, name)

    @cached_property
    def _bm25(self) -> Bm25:
        return Bm25(self._index)

    @cached_property
    def _embedder(self) -> Embedder:
        return load_embedder(self._settings.model)

    @cached_property
    def _dense(self) -> Dense:
        items = all_items(self._index)
        texts = [(corpus_id, f"{item.title} {item.rationale.text}") for corpus_id, item in items]
        return Dense(texts, self._embedder, self._names.excluded, progress=self._progress)
