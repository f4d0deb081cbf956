"""What the API is asked: bodies with the contract's defaults and bounds. Unknown fields are refused."""

from typing import Annotated

from msgspec import Meta

from config.errors import RequestFault
from config.settings import SearchSettings
from indexer.filters import Filters
from indexer.records import Record
from service.ledger import GroupBy
from service.records import Citation, Position
from service.selection import Dependent, Duplicates, Field, Selection

RequestText = Annotated[
    str, Meta(min_length=1, description="What is asked for, in words: one treatment or a whole request.")
]


class SearchRequest(Record, frozen=True):
    """The body of POST /api/search."""

    text: RequestText
    filters: Filters | None = None
    limit: Annotated[int, Meta(ge=1, le=100, description="Results at most for each requested item.")] = 10


class EvidenceRequest(Record, frozen=True):
    """The body of POST /api/evidence. What is left out is taken from the settings."""

    text: RequestText
    filters: Filters | None = None
    max_tokens: (
        Annotated[int, Meta(ge=50, le=100_000, description="Budget of the context; the setting's 3000 if null.")] | None
    ) = None
    encoding: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=64,
                description="tiktoken encoding; the setting's o200k_base if null.",
            ),
        ]
        | None
    ) = None
    position: Position = "grant"


class CheckRequest(Record, frozen=True):
    """The body of POST /api/evidence/check."""

    text: Annotated[str, Meta(min_length=1, description="The draft, prose or Markdown, with [n] markers.")]
    citations: Annotated[tuple[Citation, ...], Meta(max_length=1000, description="The evidence pack's citations.")]


_Has = Annotated[
    tuple[str, ...],
    Meta(description="FIELD:VALUE that must hold exactly (year:2016); FIELD: alone for items that have none of it."),
]
_WHICH_DEPENDENT = Meta(description="Items that stand or fall with another of their letter.")
_WHICH_DUPLICATES = Meta(description="Whether items count once that say the same of the same treatment.")


class ListQuery(Filters, frozen=True):
    """Filters and what they cannot say, for what is listed: everything unless asked otherwise."""

    has: _Has = ()
    dependent: Annotated[Dependent, _WHICH_DEPENDENT] = "include"
    duplicates: Annotated[Duplicates, _WHICH_DUPLICATES] = "as_written"


class RateQuery(Filters, frozen=True):
    """Filters and what they cannot say, for rates: duplicates once, without dependent items, unless asked otherwise."""

    has: _Has = ()
    dependent: Annotated[Dependent, _WHICH_DEPENDENT] = "exclude"
    duplicates: Annotated[Duplicates, _WHICH_DUPLICATES] = "once"


class ItemsQuery(ListQuery, frozen=True):
    """The query of GET /api/items."""

    cursor: Annotated[str, Meta(max_length=300, description="Where the page before ended.")] | None = None
    limit: Annotated[int, Meta(ge=1, le=100, description="Items a page.")] = 20


class FacetsQuery(ListQuery, frozen=True):
    """The query of GET /api/facets."""

    field: Annotated[tuple[Field, ...], Meta(description="Fields to count by; the usual ones if left out.")] = ()
    limit: Annotated[int, Meta(ge=1, le=1000, description="Values at most of each field.")] = 50


class OutcomesQuery(RateQuery, frozen=True):
    """The query of GET /api/outcomes."""

    group_by: GroupBy | None = None
    limit: Annotated[int, Meta(ge=1, le=1000, description="Groups at most.")] = 50


class GuidelinesQuery(RateQuery, frozen=True):
    """The query of GET /api/guidelines."""

    limit: Annotated[int, Meta(ge=1, le=100, description="Guidelines at most.")] = 20


class SimilarQuery(Filters, frozen=True):
    """The query of GET /api/determinations/{id}/items/{n}/similar."""

    limit: Annotated[int, Meta(ge=1, le=100, description="Results at most.")] = 10


def selection_of(asked: ListQuery | RateQuery) -> Selection:
    """Return the selection that a query names."""
    filters = Filters(**{name: getattr(asked, name) for name in Filters.__struct_fields__})
    return Selection(filters=filters, has=asked.has, dependent=asked.dependent, duplicates=asked.duplicates)


def checked_text(text: str, settings: SearchSettings) -> str:
    """Return the text of a request if it can be searched for.

    Raises:
        RequestFault: it is blank or too long.
    """
    if not text.strip():
        raise RequestFault("text is blank")
    if len(text) > settings.max_request_chars:
        raise RequestFault(f"text is longer than {settings.max_request_chars} characters")
    return text
