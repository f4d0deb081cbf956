"""Evidence packs made in a test, for whatever renders them."""

from datetime import date
from typing import Any

import msgspec

from service.cite import NOTICE
from service.records import Citation, Cohort, EvidencePack, Outcomes, Position, Quote, RequestEvidence, Tally

OUTCOMES = Outcomes(
    n=40,
    letters=30,
    upheld=30,
    overturned=10,
    overturn_rate=0.25,
    interval=(0.125, 0.4),
    base_rate=0.2,
    cohort=Cohort(level="treatment and body region", treatment="tramadol", body_region="knee"),
    wilson=(0.1419, 0.4019),
    as_written=44,
    dependent=3,
)
YEARS = (
    Tally(key="2016", n=30, letters=20, overturned=6, overturn_rate=0.2, interval=(0.1, 0.3), items=""),
    Tally(key=None, n=10, letters=10, overturned=4, overturn_rate=None, interval=None, items=""),
)


def quote(text: str = "Pain fell by half.", **changed: Any) -> Quote:
    """Return a quote of one item."""
    made = Quote(
        marker=1,
        determination_id="CM20-1-aa",
        text_sha256="0" * 64,
        case_number="CM20-1",
        item=2,
        outcome="overturned",
        page=3,
        start=10,
        end=10 + len(text),
        quote=text,
        title="Tramadol #60",
        decision_date=date(2020, 1, 2),
        cite_as="IMR Case No. CM20-1, decided 2020-01-02, item 2, p. 3",
        score=1.0,
        duplicates=(),
    )
    return msgspec.structs.replace(made, **changed)


def pack(
    *supporting: Quote,
    contrary: tuple[Quote, ...] = (),
    omitted: int = 0,
    position: Position = "grant",
    notice: str = NOTICE,
    **changed: Any,
) -> EvidencePack:
    """Return a pack for one requested item, `changed` in fields of its evidence."""
    request = RequestEvidence(
        text="Tramadol 50mg",
        coverage="close",
        outcomes=OUTCOMES,
        supporting=supporting,
        contrary=contrary,
        by_year=YEARS,
    )
    fields = Citation.__struct_fields__
    return EvidencePack(
        requests=(msgspec.structs.replace(request, **changed),),
        context="",
        tokens=77,
        citations=tuple(Citation(**{name: getattr(one, name) for name in fields}) for one in (*supporting, *contrary)),
        omitted=omitted,
        notice=notice,
        position=position,
    )
