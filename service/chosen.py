"""A pack of which a person has left out some quotes."""

from collections.abc import Callable

import msgspec

from indexer.index import Index
from service.context import block
from service.records import Citation, EvidencePack, Quote
from service.tokens import count_tokens
from service.verify import verified, verify_citation


def chosen(pack: EvidencePack, keep: Callable[[int, Quote], bool], index: Index, encoding: str) -> EvidencePack:
    """Return a pack with only the quotes that are to be kept; markers stay what they were.

    Args:
        pack: a whole pack.
        keep: whether to keep a quote, by the place of the requested item in the pack and the quote.
        index: what the quotes are of.
        encoding: the tiktoken encoding that counts the context.

    Raises:
        IndexFault: a quote is not verbatim in the stored determination (never output).
    """
    requests = tuple(
        msgspec.structs.replace(
            request,
            supporting=tuple(quote for quote in request.supporting if keep(number, quote)),
            contrary=tuple(quote for quote in request.contrary if keep(number, quote)),
        )
        for number, request in enumerate(pack.requests)
    )
    markers = {quote.marker for request in requests for quote in (*request.supporting, *request.contrary)}
    citations = tuple(citation for citation in pack.citations if citation.marker in markers)
    context = "\n\n".join(_block(index, citation) for citation in citations)
    left = msgspec.structs.replace(
        pack, requests=requests, citations=citations, context=context, tokens=count_tokens(context, encoding)
    )
    return verified(left, index)


def _block(index: Index, citation: Citation) -> str:
    return block(citation.marker, verify_citation(index, citation).header or "", citation.quote)
