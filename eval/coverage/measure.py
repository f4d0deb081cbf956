"""How near an index comes to each request, with the vocabulary of treatments and with it emptied."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Literal

from tqdm import tqdm

from config.settings import Settings
from config.terms import load_terms
from eval.coverage.texts import Half, Request
from indexer.embed import Embedder
from indexer.index import Index
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.records import Record
from service.coverage import Nearness
from service.precedents import PrecedentService

Mode = Literal["vocabulary", "emptied"]
MODES: tuple[Mode, ...] = ("vocabulary", "emptied")


class Measured(Record, frozen=True):
    """One request in one mode, with the nearness of each item that it was understood to ask for."""

    request: Request
    mode: Mode
    items: tuple[Nearness, ...]

    @property
    def half(self) -> Half:
        """The request's half."""
        return self.request.half

    def most(self, probability: Callable[[Nearness], float]) -> float:
        """Return the probability of the likeliest item: a request is covered if any of its items is."""
        return max(probability(item) for item in self.items)


def measure(
    requests: Sequence[Request], index: Index, embedder: Embedder, settings: Settings, *, progress: bool = False
) -> list[Measured]:
    """Ask every request in both modes."""
    measured: list[Measured] = []
    normalisers: dict[Mode, Normaliser] = {"vocabulary": default_normaliser(), "emptied": emptied()}
    for mode, normaliser in normalisers.items():
        service = PrecedentService(index, embedder, settings, normaliser)
        measured.extend(
            Measured(request=request, mode=mode, items=service.nearness(request.text))
            for request in tqdm(requests, desc=mode, unit="request", leave=False, disable=not progress)
        )
    return measured


def emptied() -> Normaliser:
    """Return a normaliser that knows body regions and no treatment at all."""
    return Normaliser(dataclasses.replace(load_terms(), treatments=(), brands=(), families=()))
