"""What the API is asked: bodies with the contract's defaults and bounds. Unknown fields are refused."""

from typing import Annotated

from msgspec import Meta

from config.errors import RequestFault
from config.settings import SearchSettings
from indexer.filters import Filters
from indexer.records import Record
from service.records import Citation, Position

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
