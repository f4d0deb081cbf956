"""How a precedent is cited."""

from indexer.records import Determination, DisputedItem
from service.records import Citation

NOTICE = (
    "IMR decisions are illustrative, not binding. They may rest on guidelines since superseded. "
    "This is no legal or medical advice."
)


def cite_as(determination: Determination, item: DisputedItem, page: int | None = None) -> str:
    """Return the citation of an item: 'IMR Case No. CM16-0000000, decided 2016-12-19, item 1, p. 2'."""
    case = determination.case_number or f"(not stated; {determination.id})"
    decided = determination.dates.decision
    parts = [f"IMR Case No. {case}"]
    if decided:
        parts.append(f"decided {decided.isoformat()}")
    parts.append(f"item {item.number}")
    shown = page if page is not None else item.rationale.page
    if shown is not None:
        parts.append(f"p. {shown}")
    return ", ".join(parts)


def citation_of(determination: Determination, item: DisputedItem, start: int, end: int, marker: int = 0) -> Citation:
    """Return the citation of a place in a determination: the quote is the text from `start` to `end`."""
    page = determination.page_at(start)
    return Citation(
        marker=marker,
        determination_id=determination.id,
        text_sha256=determination.text_sha256,
        case_number=determination.case_number,
        item=item.number,
        outcome=item.outcome,
        page=page,
        start=start,
        end=end,
        quote=determination.text[start:end],
        title=item.title,
        decision_date=determination.dates.decision,
        cite_as=cite_as(determination, item, page),
    )


def header(determination: Determination, item: DisputedItem, page: int | None) -> str:
    """Return what stands beside a marker in the context: how the item is cited, its outcome and its title."""
    return " ".join(f"{cite_as(determination, item, page)}, {item.outcome}: {item.title}".split())


def attribution(citation: Citation) -> str:
    """Return what stands beside a quote's marker in the Markdown."""
    return f"{' '.join(citation.cite_as.split())}, {citation.outcome}"
