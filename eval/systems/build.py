"""From systems' names to systems, over the index or over a BEIR corpus."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from config.errors import RequestFault
from config.settings import Settings
from eval.datasets import Dataset, Form
from eval.systems.ablation import ablations
from eval.systems.over_corpus import OverCorpus
from eval.systems.over_index import OverIndex
from eval.systems.system import System
from indexer.store.open import open_index

SYSTEMS = ("bm25", "dense", "hybrid", "concept", "full")
ALL = "all"

_NEED_DETERMINATIONS = ("concept", "full")
_COMPARED: dict[Form, tuple[str, ...]] = {"imr": SYSTEMS, "beir": ("bm25", "dense", "dense-windowed", "hybrid")}


class Bench(Protocol):
    """Where systems are measured; texts that several of them embed are embedded once."""

    @property
    def dataset(self) -> Dataset:
        """The dataset, its judged items named as the systems name them."""
        ...

    @property
    def about(self) -> tuple[str, ...]:
        """What was searched and how, a line each."""
        ...

    def system(self, name: str) -> System:
        """Build a system of `named_systems`."""
        ...


def default_system(form: Form) -> str:
    """Return what is measured and compared with unless told otherwise: the service; for a BEIR corpus the model."""
    return "dense" if form == "beir" else "full"


def named_systems(asked: Sequence[str], form: Form, settings: Settings) -> tuple[str, ...]:
    """Return the systems that were asked for, each once: 'all' stands for every one, nothing for the default.

    Raises:
        RequestFault: there is no such system, or it needs determinations and the dataset is of the BEIR form.
    """
    names: list[str] = []
    for name in asked or (default_system(form),):
        names.extend(_COMPARED[form] if name == ALL else [_checked(name, form, settings)])
    return tuple(dict.fromkeys(names))


def ablation_systems(form: Form, settings: Settings) -> tuple[str, ...]:
    """Return `full` and each system that lacks one part of its ranking.

    Raises:
        RequestFault: the dataset is of the BEIR form, over which `full` cannot run.
    """
    return named_systems(("full", *ablations(settings.search)), form, settings)


@contextmanager
def opened_bench(dataset: Dataset, settings: Settings, *, progress: bool = False) -> Iterator[Bench]:
    """Open what a dataset is run against: its own corpus, or the index.

    Raises:
        DatasetFault: the index holds none of the dataset's relevant items.
        IndexFault: the index is missing or damaged.
    """
    if dataset.form == "beir":
        with tempfile.TemporaryDirectory(prefix="imr-eval-") as folder:
            yield OverCorpus(dataset, settings, Path(folder), progress=progress)
    else:
        with closing(open_index(settings)) as index:
            yield OverIndex(dataset, index, settings, progress=progress)


def _checked(name: str, form: Form, settings: Settings) -> str:
    if form == "beir" and name in _NEED_DETERMINATIONS:
        raise RequestFault(f"system {name} needs determinations: it cannot run on a BEIR corpus")
    known = (*_COMPARED[form], *(ablations(settings.search) if form == "imr" else ()))
    if name not in known:
        raise RequestFault(f"system {name!r}: choose from {', '.join((*known, ALL))}")
    return name
