"""From a system's name to the system, over the index or over a BEIR corpus."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from config.errors import RequestFault
from config.settings import Settings
from eval.beir import BeirBm25, Itself, bodies
from eval.datasets import Dataset
from eval.items import ItemNames, align, all_items
from eval.systems.bm25 import Bm25
from eval.systems.concept import Concept
from eval.systems.dense import Dense
from eval.systems.full import Full
from eval.systems.hybrid import Hybrid
from eval.systems.system import System
from indexer.embed import load_embedder
from indexer.index import Index
from indexer.parse.normalise import default_normaliser
from indexer.store.open import open_index
from service.precedents import PrecedentService

SYSTEMS = ("bm25", "dense", "hybrid", "concept", "full")
_NEED_DETERMINATIONS = ("concept", "full")


def default_system(dataset: Dataset) -> str:
    """Return what is measured unless told otherwise: the service, or for a BEIR corpus the model alone."""
    return "dense" if dataset.form == "beir" else "full"


@contextmanager
def opened_system(
    name: str, dataset: Dataset, settings: Settings, *, progress: bool = False
) -> Iterator[tuple[System, Dataset]]:
    """Open a system for a dataset; the dataset comes back with the judged items named as the system does.

    Raises:
        RequestFault: there is no such system, or it needs determinations and the dataset is of the BEIR form.
        DatasetFault: the index holds none of the dataset's relevant items.
        IndexFault: the index is missing, damaged or (for `full`) made by another model.
    """
    if name not in SYSTEMS:
        raise RequestFault(f"system {name!r}: choose from {', '.join(SYSTEMS)}")
    if dataset.form == "beir" and name in _NEED_DETERMINATIONS:
        raise RequestFault(f"system {name} needs determinations: it cannot run on a BEIR corpus")
    with ExitStack() as stack:
        if dataset.form == "beir":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imr-eval-")))
            yield _over_corpus(name, dataset, settings, folder, progress=progress), dataset
        else:
            index = stack.enter_context(closing(open_index(settings)))
            aligned = align(dataset, index)
            yield over_index(name, index, settings, progress=progress), aligned


def over_index(name: str, index: Index, settings: Settings, *, progress: bool = False) -> System:
    """Build a system over the disputed items of an index; `name` is one of SYSTEMS."""
    names = ItemNames(index)
    if name == "bm25":
        return Bm25(index)
    if name == "concept":
        return Concept(all_items(index), default_normaliser(), names.excluded)
    embedder = load_embedder(settings.model)
    if name == "full":
        return Full(PrecedentService(index, embedder, settings), index)
    texts = [(corpus_id, f"{item.title} {item.rationale.text}") for corpus_id, item in all_items(index)]
    dense = Dense(texts, embedder, names.excluded, progress=progress)
    return dense if name == "dense" else Hybrid(Bm25(index), dense)


def _over_corpus(name: str, dataset: Dataset, settings: Settings, folder: Path, *, progress: bool) -> System:
    if name == "bm25":
        return BeirBm25(dataset.corpus, folder)
    embedder = load_embedder(settings.model)
    dense = Dense(bodies(dataset.corpus), embedder, Itself(dataset.corpus), progress=progress)
    return dense if name == "dense" else Hybrid(BeirBm25(dataset.corpus, folder), dense)
