"""The service as its users see it: one object over one published index."""

import contextlib
import functools
import time
from collections.abc import Sequence
from datetime import date

import msgspec

from config.calibration import calibration_for
from config.errors import Fault, IndexFault, NotFound, RequestFault
from config.settings import Settings
from indexer.columns import NO_DATE
from indexer.embed import Embedder, load_embedder
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts, Index, ItemKey
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.records import Determination
from indexer.store.open import open_index
from indexer.threads import available_cores
from service.answering import asked_item, precedents
from service.check.checker import check_draft
from service.check.records import CheckReport
from service.coverage import Nearness, least_similarity
from service.decided import decided
from service.evidence import RequestFindings, assemble, considered
from service.filters import resolve_filters
from service.finding import Finder, Found
from service.ledger import Ledger
from service.observing import stage
from service.outcomes import COHORT_FIELDS, Cohorts, base_rate_of
from service.quoted import quoted_phrases
from service.records import (
    Citation,
    EvidencePack,
    IndexState,
    Position,
    SearchAnswer,
)
from service.sidebyside import side_by_side
from service.similar import as_asked, vector_of, without
from service.verify import verified

_LIMITS = range(1, 101)
_BUDGETS = range(1, 1_000_001)
_FIRST_REQUEST = "MRI of the lumbar spine for chronic low back pain"


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
        self._threads = settings.model.threads or available_cores()
        self._finder = Finder(index, embedder, settings.search, self._normaliser, self.calibration, self._threads)

    def search(self, text: str, filters: Filters = NO_FILTERS, limit: int = 10) -> SearchAnswer:
        """Find the precedents most like each item that a request asks for; `limit` and ranks count per item.

        A case number or an id alone opens that letter: its items, in their order.

        Raises:
            RequestFault: the text is empty or too long, or the limit is out of range.
            FilterFault: a filter names a value that does not exist.
        """
        started = time.perf_counter()
        _check_limit(limit)
        self._check(text)
        resolved = self._resolved(text, filters)
        found = self._finder.opened(text, resolved) or self._finder.find(text, resolved)
        return self._answer(found, limit, started, resolved.phrases)

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
            IndexFault: a quote is not verbatim in the stored determination (never output).
        """
        settings = self._settings.evidence
        budget = settings.max_tokens if max_tokens is None else max_tokens
        if budget not in _BUDGETS:
            raise RequestFault(f"max_tokens must be from {_BUDGETS.start} to {_BUDGETS.stop - 1}, not {budget}")
        self._check(text)
        resolved = self._resolved(text, filters)
        found = self._finder.find(text, resolved)
        with stage("evidence"):
            shown = side_by_side(lambda one: self._cohorts.shown(one.asked, resolved), found, self._threads)
            findings = [
                RequestFindings(
                    text=one.asked.text,
                    known=one.near.standing != "unknown",
                    least_similarity=least_similarity(one.near, self.calibration),
                    coverage=one.coverage,
                    shown=cohort,
                    groups=considered(one.groups, settings.considered),
                )
                for one, cohort in zip(found, shown, strict=True)
            ]
            pack = assemble(
                findings,
                settings,
                max_tokens=budget,
                encoding=encoding or settings.encoding,
                position=position,
                decided=functools.partial(decided, self.index),
                reasons=self.index.reasons,
            )
            return verified(pack, self.index)

    def nearness(self, text: str) -> tuple[Nearness, ...]:
        """Return what coverage is judged by for each item that a request asks for, before any calibration.

        Raises:
            RequestFault: the text is empty or too long.
        """
        self._check(text)
        return tuple(one.near for one in self._finder.find(text, NO_FILTERS))

    def determination(self, determination_id: str) -> Determination:
        """Return a determination by id, or by case number where only one has it.

        Raises:
            NotFound: there is none, or several texts share the case number.
        """
        found = self.index.by_case(determination_id)
        if not found:
            raise NotFound("no determination {given} in the index", given=determination_id)
        if len(found) > 1:
            names = ", ".join(determination.id for determination in found)
            raise NotFound(
                f"case {{given}} has {len(found)} texts, name one by its id: {names}", given=determination_id
            )
        return found[0]

    def check(self, text: str, citations: Sequence[Citation]) -> CheckReport:
        """Hold a drafted text with [n] markers against the citations it was made from.

        Raises:
            RequestFault: the text is empty or too long, or holds more quoted strings than are read.
        """
        self._check(text)
        return check_draft(text, citations, self.index)

    def similar(
        self, determination_id: str, number: int, filters: Filters = NO_FILTERS, limit: int = 10
    ) -> SearchAnswer:
        """Find the precedents most like an indexed item, in other letters.

        Raises:
            NotFound: there is no such item.
            RequestFault: the limit is out of range.
            FilterFault: a filter names a value that does not exist.
        """
        started = time.perf_counter()
        _check_limit(limit)
        letter = self.determination(determination_id)
        asked = as_asked(letter, number)
        resolved = without(letter, resolve_filters(filters, self._normaliser, self.index))
        vector = vector_of(ItemKey(letter.id, number), self.index)
        return self._answer([self._finder.nearest(asked, vector, resolved)], limit, started)

    @functools.cached_property
    def ledger(self) -> Ledger:
        """What is counted, with the lists behind each number."""
        return Ledger(self.index, self._normaliser, self._base_rate)

    @functools.cached_property
    def _cohorts(self) -> Cohorts:
        return Cohorts(self.index, self._base_rate)

    @functools.cached_property
    def _base_rate(self) -> float | None:
        return base_rate_of(self.index)

    @property
    def generation(self) -> str:
        """The name of the generation that is searched."""
        return self.index.generation

    @property
    def counts(self) -> Counts:
        """How much it holds."""
        return self.index.counts

    @functools.cached_property
    def years(self) -> tuple[int, int] | None:
        """The years of the first and the last decision; None where no day is known. One pass over a column."""
        decided = self.index.columns.decided
        known = decided[decided != NO_DATE]
        return (_year(known.min()), _year(known.max())) if known.size else None

    def reopened(self) -> "PrecedentService":
        """Open the generation that is published now beside this one, with the same model and vocabulary.

        Raises:
            IndexFault: there is none, or it is damaged or made by another model.
        """
        index = open_index(self._settings)
        try:
            fresh = PrecedentService(index, self._embedder, self._settings, self._normaliser)
            fresh.warm_up()
        except BaseException:
            index.close()
            raise
        return fresh

    def warm_up(self) -> None:
        """Load what is loaded when it is first needed, so that no request waits for it: vocabulary, tokens, counts.

        Whatever is at fault is told to the first request that meets it.
        """
        with contextlib.suppress(Fault):
            self.evidence(_FIRST_REQUEST)
            for field in COHORT_FIELDS:
                self.index.values(field)
            self.ledger  # noqa: B018 - a cached property

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def _answer(
        self, found: Sequence[Found], limit: int, started: float, phrases: tuple[str, ...] = ()
    ) -> SearchAnswer:
        return SearchAnswer(
            requests=tuple(map(asked_item, found)),
            results=tuple(precedents(found, self.index, phrases, limit)),
            index=IndexState(
                generation=self.index.generation,
                model=self.index.fingerprint.name,
                calibrated=self.calibration.calibrated,
            ),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def _check(self, text: str) -> None:
        most = self._settings.search.max_request_chars
        if not text.strip():
            raise RequestFault("the request is empty")
        if not _is_unicode(text):
            raise RequestFault("the request is no text: it holds bytes that are not UTF-8")
        if len(text) > most:
            raise RequestFault(f"the request has {len(text)} characters; at most {most} are read")

    def _resolved(self, text: str, filters: Filters) -> Filters:
        """Return the filters as the index knows them, with what the request puts in quotes."""
        resolved = resolve_filters(filters, self._normaliser, self.index)
        phrases = dict.fromkeys((*resolved.phrases, *quoted_phrases(text)))
        return msgspec.structs.replace(resolved, phrases=tuple(phrases))


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


def _check_limit(limit: int) -> None:
    if limit not in _LIMITS:
        raise RequestFault(f"limit must be from {_LIMITS.start} to {_LIMITS.stop - 1}, not {limit}")


def _is_unicode(text: str) -> bool:
    """Whether a text can be written: undecodable bytes of a command line arrive as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _year(ordinal: int) -> int:
    return date.fromordinal(int(ordinal)).year
