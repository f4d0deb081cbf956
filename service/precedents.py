"""The service as its users see it: one object over one published index."""

import functools
import time
from collections.abc import Sequence

import msgspec

from config.calibration import calibration_for
from config.errors import IndexFault, NotFound, RequestFault
from config.settings import Settings
from indexer.embed import Embedder, load_embedder
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.records import Determination, Record
from indexer.store.open import open_index
from service.coverage import NOWHERE, Nearness, coverage, least_similarity, nearness
from service.evidence import RequestFindings, assemble
from service.filters import resolve_filters
from service.group import Group, fold, precedent
from service.opened import opened
from service.outcomes import base_rate_of, outcomes_for
from service.records import AskedItem, Coverage, EvidencePack, IndexState, Position, SearchAnswer
from service.retrieve import retrieve
from service.understand import RequestedItem, understand
from service.wordshare import word_share

_LIMITS = range(1, 101)
_BUDGETS = range(1, 1_000_001)


class _Found(Record, frozen=True):
    """One requested item with its groups of decided items, best first."""

    asked: RequestedItem
    coverage: Coverage
    near: Nearness
    groups: tuple[Group, ...]


class PrecedentService:
    """Searches one generation of an index. Safe to share between threads."""

    def __init__(
        self, index: Index, embedder: Embedder, settings: Settings, normaliser: Normaliser | None = None
    ) -> None:
        """Join an index with the embedder that made it.

        Raises:
            IndexFault: the index was made by another model.
            SettingsFault: the calibration file cannot be used.
        """
        if index.fingerprint != embedder.fingerprint:
            raise IndexFault(
                f"the index was made by model {index.fingerprint.name} ({index.fingerprint.dimension} dimensions), "
                f"the settings name {embedder.fingerprint.name} ({embedder.fingerprint.dimension}): index again"
            )
        self.index = index
        self._embedder = embedder
        self._settings = settings
        self._normaliser = normaliser or default_normaliser()
        model = embedder.fingerprint
        own = settings.coverage.own_calibration
        self.calibration = calibration_for(model.name, model.weights_sha256, *([own] if own else []))

    def search(self, text: str, filters: Filters = NO_FILTERS, limit: int = 10) -> SearchAnswer:
        """Find the precedents most like each item that a request asks for; `limit` and ranks count per item.

        A case number or an id alone opens that letter: its items, in their order.

        Raises:
            RequestFault: the text is empty or too long, or the limit is out of range.
            FilterFault: a filter names a value that does not exist.
        """
        started = time.perf_counter()
        if limit not in _LIMITS:
            raise RequestFault(f"limit must be from {_LIMITS.start} to {_LIMITS.stop - 1}, not {limit}")
        self._check(text)
        resolved = resolve_filters(filters, self._normaliser, self.index)
        found = self._open(text, resolved) or self._find(text, resolved)
        return SearchAnswer(
            requests=tuple(
                AskedItem(
                    text=one.asked.text,
                    treatments=one.asked.treatments,
                    body_regions=one.asked.body_regions,
                    coverage=one.coverage,
                )
                for one in found
            ),
            results=tuple(
                precedent(group, rank, number, one.asked)
                for number, one in enumerate(found)
                for rank, group in enumerate(one.groups[:limit], start=1)
            ),
            index=IndexState(
                generation=self.index.generation,
                model=self.index.fingerprint.name,
                calibrated=self.calibration.calibrated,
            ),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def evidence(
        self,
        text: str,
        filters: Filters = NO_FILTERS,
        *,
        max_tokens: int | None = None,
        encoding: str | None = None,
        position: Position = "grant",
    ) -> EvidencePack:
        """Assemble cited evidence for each item that a request asks for, within a token budget.

        Raises:
            RequestFault: the text is empty or too long, or the budget or the encoding cannot be used.
            FilterFault: a filter names a value that does not exist.
        """
        settings = self._settings.evidence
        budget = settings.max_tokens if max_tokens is None else max_tokens
        if budget not in _BUDGETS:
            raise RequestFault(f"max_tokens must be from {_BUDGETS.start} to {_BUDGETS.stop - 1}, not {budget}")
        self._check(text)
        resolved = resolve_filters(filters, self._normaliser, self.index)
        findings = [
            RequestFindings(
                text=one.asked.text,
                known=one.near.standing != "unknown",
                least_similarity=least_similarity(one.near, self.calibration),
                coverage=one.coverage,
                outcomes=outcomes_for(one.asked, self.index, resolved, self._base_rate),
                groups=one.groups[: settings.considered],
            )
            for one in self._find(text, resolved)
        ]
        return assemble(
            findings, settings, max_tokens=budget, encoding=encoding or settings.encoding, position=position
        )

    def nearness(self, text: str) -> tuple[Nearness, ...]:
        """Return what coverage is judged by for each item that a request asks for, before any calibration.

        Raises:
            RequestFault: the text is empty or too long.
        """
        self._check(text)
        return tuple(one.near for one in self._find(text, NO_FILTERS))

    def determination(self, determination_id: str) -> Determination:
        """Return a determination by id, or by case number where only one has it.

        Raises:
            NotFound: there is none, or several texts share the case number.
        """
        found = self.index.by_case(determination_id)
        if not found:
            raise NotFound(f"no determination '{determination_id}' in the index")
        if len(found) > 1:
            names = ", ".join(determination.id for determination in found)
            raise NotFound(f"case '{determination_id}' has {len(found)} texts, name one by its id: {names}")
        return found[0]

    @functools.cached_property
    def _base_rate(self) -> float | None:
        return base_rate_of(self.index)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def _check(self, text: str) -> None:
        most = self._settings.search.max_request_chars
        if not text.strip():
            raise RequestFault("the request is empty")
        if not _is_unicode(text):
            raise RequestFault("the request is no text: it holds bytes that are not UTF-8")
        if len(text) > most:
            raise RequestFault(f"the request has {len(text)} characters; at most {most} are read")

    def _open(self, text: str, resolved: Filters) -> list[_Found]:
        """Return a letter's items where the text is its case number or id, as far as they pass the filters."""
        letter = opened(text, self.index)
        if not letter:
            return []
        passing = set(self.index.select(resolved))
        groups = tuple(Group(first=candidate, others=()) for candidate in letter if candidate.key in passing)
        asked = RequestedItem(text=text.strip(), treatments=(), body_regions=(), laterality=(), quantity=None)
        return [_Found(asked=asked, coverage="close", near=NOWHERE, groups=groups)]

    def _find(self, text: str, resolved: Filters) -> list[_Found]:
        settings = self._settings.search
        items = understand(text, self._normaliser, settings.max_items)
        texts = _searched(items, text)
        vectors = self._embedder.encode(texts)
        found = []
        for item, searched, vector in zip(items, texts, vectors, strict=True):
            judged = msgspec.structs.replace(item, text=searched)
            candidates = retrieve(judged, vector, self.index, self._normaliser, resolved, settings)
            words = word_share(searched, self.index, resolved)
            near = nearness(item, candidates, words, self._normaliser)
            found.append(
                _Found(
                    asked=item,
                    coverage=coverage(near, self.calibration),
                    near=near,
                    groups=tuple(fold(candidates)),
                )
            )
        return found


def _searched(items: Sequence[RequestedItem], text: str) -> list[str]:
    """Return what each item is searched by: its words, or the whole request where nothing that it asks for is known.

    A phrase that no vocabulary bears out may be anything ('the request', 'for lack of a plan').
    """
    known = any(item.treatments or item.families for item in items)
    return [item.text if known else text.strip() for item in items]


def open_service(settings: Settings) -> PrecedentService:
    """Open the published index and load its model (seconds: torch is imported here).

    Raises:
        IndexFault: the index is missing, damaged or made by another model.
    """
    index = open_index(settings)
    try:
        return PrecedentService(index, load_embedder(settings.model), settings)
    except BaseException:
        index.close()
        raise


def _is_unicode(text: str) -> bool:
    """Whether a text can be written: undecodable bytes of a command line arrive as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
