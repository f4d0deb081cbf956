"""From a request's text to what was decided on each item that it asks for."""

from collections.abc import Sequence

import msgspec

from config.calibration import Calibration
from config.settings import SearchSettings
from indexer.embed import Embedder, FloatArray
from indexer.filters import Filters
from indexer.index import Index
from indexer.parse.normalise import Normaliser
from indexer.records import Record
from service.coverage import NOWHERE, Nearness, coverage, nearness
from service.group import Group, fold
from service.observing import stage, tell_coverage
from service.opened import opened
from service.quoted import unquoted
from service.records import Coverage
from service.retrieve import retrieve
from service.selection import holding
from service.sidebyside import side_by_side
from service.understand import RequestedItem, understand
from service.wordshare import word_share, worth_in


class Found(Record, frozen=True):
    """One requested item with its groups of decided items, best first."""

    asked: RequestedItem
    coverage: Coverage
    near: Nearness
    groups: tuple[Group, ...]


class Finder:
    """Finds decided items in one generation of an index. Safe to share between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        settings: SearchSettings,
        normaliser: Normaliser,
        calibration: Calibration,
        threads: int,
    ) -> None:
        """Join an index with the embedder that made it.

        `calibration` is for that model's coverage; so many `threads` look for the items of one request.
        """
        self._index = index
        self._embedder = embedder
        self._settings = settings
        self._normaliser = normaliser
        self._calibration = calibration
        self._worth = worth_in(index)
        self._threads = threads

    def opened(self, text: str, resolved: Filters) -> list[Found]:
        """Return a letter's items where the text is its case number or id, as far as they pass the filters."""
        letter = opened(text, self._index)
        if not letter:
            return []
        passing = holding(self._index, self._index.rows(resolved), [candidate.key for candidate in letter])
        groups = tuple(Group(first=candidate) for candidate in letter if candidate.key in passing)
        asked = RequestedItem(text=text.strip(), treatments=(), body_regions=(), laterality=(), quantity=None)
        return [Found(asked=asked, coverage="close", near=NOWHERE, groups=groups)]

    def find(self, text: str, resolved: Filters) -> list[Found]:
        """Return what is found for each item that a request asks for, in order of the request."""
        said = unquoted(text)
        with stage("understand"):
            items = understand(said, self._normaliser, self._settings.max_items)
        texts = _searched(items, said)
        with stage("embed"):
            vectors = self._embedder.encode(texts)

        def nearest(number: int) -> Found:
            asked = msgspec.structs.replace(items[number], text=texts[number])
            return self.nearest(asked, vectors[number], resolved, items[number].text)

        found = side_by_side(nearest, range(len(items)), self._threads)
        for one in found:
            tell_coverage(one.coverage)
        return found

    def nearest(self, asked: RequestedItem, vector: FloatArray, resolved: Filters, shown: str = "") -> Found:
        """Return what is found for one item; `shown` is the text to answer with where it is not what is searched by."""
        with stage("retrieve"):
            candidates = retrieve(asked, vector, self._index, self._normaliser, resolved, self._settings)
        with stage("fold"):
            words = word_share(asked.text, self._index, resolved, self._worth)
            near = nearness(asked, candidates, words, self._normaliser)
            asked = msgspec.structs.replace(asked, text=shown or asked.text)
            return Found(
                asked=asked,
                coverage=coverage(near, self._calibration),
                near=near,
                groups=tuple(fold(candidates, self._index, asked)),
            )


def _searched(items: Sequence[RequestedItem], text: str) -> list[str]:
    """Return what each item is searched by: its words, or the whole request where nothing that it asks for is known.

    A phrase that no vocabulary bears out may be anything ('the request', 'for lack of a plan').
    """
    known = any(item.treatments or item.families for item in items)
    return [item.text if known else text.strip() for item in items]
