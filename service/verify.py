"""The gate: citations are held against the stored determination, before they leave and when a draft cites them."""

import hashlib

from config.errors import IndexFault
from indexer.index import Index
from indexer.records import Determination, DisputedItem, Record
from service.cite import header
from service.context import BETWEEN, block
from service.records import Citation, EvidencePack


class Verified(Record, frozen=True):
    """A citation with what the index holds of it; `reasons` says what is wrong with it, nothing where it is true.

    `determination` and `item` are None where the quote is not verbatim there: such a citation supports nothing.
    """

    citation: Citation
    reasons: tuple[str, ...]
    determination: Determination | None = None
    item: DisputedItem | None = None

    @property
    def header(self) -> str | None:
        """What the context says beside the marker; None where the quote is not verbatim."""
        if self.determination is None or self.item is None:
            return None
        return header(self.determination, self.item, self.determination.page_at(self.citation.start))


def verify_citation(index: Index, citation: Citation) -> Verified:
    """Slice a citation's quote anew from the stored determination and compare everything the citation says."""
    stored = index.determination(citation.determination_id)
    if stored is None:
        return Verified(citation=citation, reasons=("the index holds no such determination",))
    place = _place_fault(stored, citation)
    if place:
        return Verified(citation=citation, reasons=(place,))
    named = stored.item(citation.item)
    item = named if named is not None and _holds(named, citation) else _item_at(stored, citation)
    return Verified(
        citation=citation,
        reasons=tuple(_faults(stored, item, citation)),
        determination=stored,
        item=item,
    )


def verified(pack: EvidencePack, index: Index) -> EvidencePack:
    """Return a pack whose every quote was found in the index again; the one way out for every pack.

    Raises:
        IndexFault: a citation, a quote of a request or the context is not what the index holds (never output).
    """
    blocks = []
    for citation in pack.citations:
        held = verify_citation(index, citation)
        if held.reasons or held.header is None:
            raise IndexFault(
                f"quote of {citation.determination_id} item {citation.item}: {held.reasons[0]}: index again"
            )
        blocks.append(block(citation.marker, held.header, citation.quote))
    if BETWEEN.join(blocks) != pack.context:
        raise IndexFault("the context of an evidence pack is not made of its citations")
    cited = set(pack.citations)
    for request in pack.requests:
        for quote in (*request.supporting, *request.contrary):
            if Citation(**{name: getattr(quote, name) for name in Citation.__struct_fields__}) not in cited:
                raise IndexFault(f"quote of {quote.determination_id} item {quote.item} is none of the citations")
    return pack


def _place_fault(stored: Determination, citation: Citation) -> str | None:
    if citation.text_sha256 != stored.text_sha256:
        return "text_sha256 is another than the determination's"
    if hashlib.sha256(stored.text.encode()).hexdigest() != stored.text_sha256:
        return "the stored text is not the one that was read"
    if not 0 <= citation.start < citation.end <= len(stored.text):
        return "start and end lie outside the text"
    if stored.text[citation.start : citation.end] != citation.quote:
        return "the quote is not what stands between start and end"
    return None


def _faults(stored: Determination, item: DisputedItem | None, citation: Citation) -> list[str]:
    faults = []
    if item is None:
        faults.append("the quote stands in no item's text")
    elif item.number != citation.item:
        faults.append(f"the quote is of item {item.number}, not {citation.item}")
    if item is not None and item.outcome != citation.outcome:
        faults.append(f"the outcome is {item.outcome}, not {citation.outcome}")
    if citation.case_number != stored.case_number:
        faults.append(f"the case number is {stored.case_number or 'not stated'}")
    page = stored.page_at(citation.start)
    if citation.page != page:
        faults.append(f"the page is {page or 'not known'}, not {citation.page or 'unknown'}")
    return faults


def _item_at(stored: Determination, citation: Citation) -> DisputedItem | None:
    return next((item for item in stored.items if _holds(item, citation)), None)


def _holds(item: DisputedItem, citation: Citation) -> bool:
    spans = (item.rationale, item.imr_guideline, item.claims_administrator_guideline, item.heading)
    return any(span is not None and span.start <= citation.start < citation.end <= span.end for span in spans)
