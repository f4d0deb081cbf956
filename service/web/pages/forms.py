"""What the pages' forms hold, read as strictly as the API's queries; a field that is left blank is left out."""

from datetime import date
from typing import Annotated, TypeVar

from litestar.di import Provide
from msgspec import Meta

from config.errors import RequestFault
from indexer.filters import Filters
from indexer.records import ItemOutcome, Record
from service.records import Position
from service.web.body import StrictRequest
from service.web.query import pairs_of, read_pairs

T = TypeVar("T", bound=Record)

_FORM = "application/x-www-form-urlencoded"
_Year = Annotated[int, Meta(ge=1900, le=2200)]


class SearchForm(Record, frozen=True):
    """The search box with its filters; `limit` results at most for each item asked for."""

    text: str = ""
    outcome: tuple[ItemOutcome, ...] = ()
    treatment: tuple[str, ...] = ()
    body_region: tuple[str, ...] = ()
    specialty: tuple[str, ...] = ()
    guideline: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    year_from: _Year | None = None
    year_to: _Year | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 10

    @property
    def filters(self) -> Filters:
        """The filters that are set."""
        return Filters(
            outcome=self.outcome,
            treatment=self.treatment,
            body_region=self.body_region,
            specialty=self.specialty,
            guideline=self.guideline,
            reason=self.reason,
            decision_from=date(self.year_from, 1, 1) if self.year_from else None,
            decision_to=date(self.year_to, 12, 31) if self.year_to else None,
        )


class EvidenceForm(SearchForm, frozen=True):
    """What a pack is made for. Where `choosing`, only the quotes named by `quote` are kept.

    `max_tokens` None takes the setting's.
    """

    position: Position = "grant"
    max_tokens: Annotated[int, Meta(ge=50, le=100_000)] | None = None
    choosing: bool = False
    quote: tuple[str, ...] = ()


def from_form(kind: type[T]) -> Provide:
    """Return the dependency that reads a record from a form's body."""

    async def take(request: StrictRequest) -> T:
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _FORM:
            raise RequestFault(f"a form is sent as {_FORM}")
        return read_filled(await request.body(), kind)

    return Provide(take)


def from_filled_query(kind: type[T]) -> Provide:
    """Return the dependency that reads a record from the query that a form with blank fields makes."""

    def take(request: StrictRequest) -> T:
        return read_filled(request.scope["query_string"], kind)

    return Provide(take, sync_to_thread=False)


def read_filled(encoded: bytes, kind: type[T]) -> T:
    """Return the record that a form's body or query holds, with lines that end as ours do.

    Raises:
        RequestFault: a field is unknown or not what the record declares.
    """
    pairs = ((name, value.replace("\r\n", "\n")) for name, value in pairs_of(encoded))
    return read_pairs([(name, value) for name, value in pairs if value.strip()], kind)
