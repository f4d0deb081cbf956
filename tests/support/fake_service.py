"""A `PrecedentService` that answers fixed records, remembers what it was asked, and fails or blocks when told."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

from config.errors import NotFound
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Counts
from indexer.records import Dates, Determination, Patient, Reviewer, Source, Treatment
from service.check.records import CheckReport, CitationVerdict, MarkerVerdict
from service.precedents import PrecedentService
from service.records import (
    AskedItem,
    Citation,
    EvidencePack,
    FoundPassage,
    IndexState,
    Matched,
    MatchedPassage,
    Outcomes,
    Position,
    Precedent,
    Quote,
    RequestEvidence,
    SearchAnswer,
)

LETTER_ID = "CM21-0001-0a1b2c3d"
QUOTE = "The records show no trial of exercise."
DECIDED = date(2021, 3, 4)

PRECEDENT = Precedent(
    rank=1,
    score=0.75,
    determination_id=LETTER_ID,
    case_number="CM21-0001",
    item=1,
    title="Acupuncture, six visits",
    outcome="upheld",
    decision_date=DECIDED,
    specialties=("Pain Medicine",),
    treatments=(Treatment(concept="acupuncture", category="Therapies"),),
    body_regions=("neck",),
    request=0,
    passages=(FoundPassage(text=QUOTE, start=0, end=len(QUOTE), page=2, score=0.5),),
    citations=(),
    decided_under=(),
    matched=Matched(
        concepts=("acupuncture",),
        category=None,
        ingredients=(),
        body_regions=(),
        laterality=(),
        terms=("acupuncture",),
        phrases=(),
        reasons=(),
        passage=MatchedPassage(index=0, start=0, end=len(QUOTE)),
        similarity=0.5,
        dense_rank=1,
        lexical_rank=None,
    ),
    duplicates=(),
    dependents=(),
    cite_as="IMR Case No. CM21-0001, decided 2021-03-04, item 1, p. 2",
)
ANSWER = SearchAnswer(
    requests=(AskedItem(text="acupuncture", treatments=(), body_regions=("neck",), coverage="close"),),
    results=(PRECEDENT,),
    index=IndexState(generation="g1", model="hashing"),
    took_ms=1.5,
)
_PLACE: dict[str, Any] = {
    "marker": 1,
    "determination_id": LETTER_ID,
    "text_sha256": "0" * 64,
    "case_number": "CM21-0001",
    "item": 1,
    "outcome": "upheld",
    "page": 2,
    "start": 0,
    "end": len(QUOTE),
    "quote": QUOTE,
}
PACK = EvidencePack(
    requests=(
        RequestEvidence(
            text="acupuncture",
            coverage="close",
            outcomes=Outcomes(
                n=30,
                letters=25,
                upheld=20,
                overturned=10,
                overturn_rate=1 / 3,
                interval=(0.2, 0.5),
                base_rate=0.1,
                cohort=None,
            ),
            supporting=(),
            contrary=(Quote(**_PLACE, score=0.5, duplicates=()),),
        ),
    ),
    context=f"[1] {QUOTE}",
    tokens=12,
    citations=(Citation(**_PLACE),),
    omitted=0,
    notice="No prediction.",
)
LETTER = Determination(
    id=LETTER_ID,
    case_number="CM21-0001",
    layout="layout-1",
    reader_version="1",
    text_sha256="0" * 64,
    source=Source(name="CM21-0001.pdf", sha256="1" * 64, pages=3),
    dates=Dates(decision=DECIDED),
    priority=None,
    reviewer=Reviewer(),
    patient=Patient(),
    summary=None,
    outcome="upheld",
    stated_outcome="upheld",
    items=(),
    warnings=(),
    page_starts=(),
    furniture=(),
    text=QUOTE,
)


CITATION = Citation(**_PLACE)
REPORT = CheckReport(
    supported=True,
    citations=(CitationVerdict(marker=1, verdict="supported", reasons=()),),
    markers=(MarkerVerdict(marker=1, start=8, end=11, verdict="supported", reason=None),),
    quotes=(),
    unsupported=(),
)


class FakeService(PrecedentService):
    """Set `failure` to make every call raise it, `gate` to hold every call until the gate is set."""

    def __init__(self) -> None:
        """Hold nothing open."""
        self.asked: list[dict[str, Any]] = []
        self.on_event_loop: list[bool] = []
        self.failure: Exception | None = None
        self.gate: threading.Event | None = None
        self.entered = threading.Semaphore(0)
        self.closed = False
        self.name = "g1"
        self.next: FakeService | Exception | None = None

    @property
    def generation(self) -> str:
        """The name that it was given."""
        return self.name

    @property
    def counts(self) -> Counts:
        """One letter."""
        return Counts(letters=1, items=1, passages=1, rejected=0)

    @property
    def years(self) -> tuple[int, int]:  # type: ignore[override]
        """The one letter's, twice."""
        return DECIDED.year, DECIDED.year

    def reopened(self) -> "FakeService":
        """Answer `next`, or raise it."""
        assert self.next is not None, "no other generation is published"
        if isinstance(self.next, Exception):
            raise self.next
        return self.next

    def warm_up(self) -> None:
        """Need nothing."""

    def search(self, text: str, filters: Filters = NO_FILTERS, limit: int = 10) -> SearchAnswer:
        """Answer `ANSWER`."""
        self._called(text=text, filters=filters, limit=limit)
        return ANSWER

    def evidence(
        self,
        text: str,
        filters: Filters = NO_FILTERS,
        *,
        max_tokens: int | None = None,
        encoding: str | None = None,
        position: Position = "grant",
    ) -> EvidencePack:
        """Answer `PACK`."""
        self._called(text=text, filters=filters, max_tokens=max_tokens, encoding=encoding, position=position)
        return PACK

    def check(self, text: str, citations: Sequence[Citation]) -> CheckReport:
        """Answer `REPORT`."""
        self._called(text=text, citations=citations)
        return REPORT

    def determination(self, determination_id: str) -> Determination:
        """Answer `LETTER` for its id and refuse any other."""
        self._called(id=determination_id)
        if determination_id != LETTER_ID:
            raise NotFound(f"no determination {determination_id!r}")
        return LETTER

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _called(self, **arguments: Any) -> None:
        self.asked.append(arguments)
        self.on_event_loop.append(_on_event_loop())
        self.entered.release()
        if self.gate is not None:
            assert self.gate.wait(30), "nobody opened the gate"
        if self.failure is not None:
            raise self.failure


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
