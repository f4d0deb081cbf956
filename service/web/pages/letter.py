"""What the page of a determination shows."""

from config.errors import RequestFault
from indexer.records import Citation, Determination, DisputedItem, Record
from service.cite import cite_as
from service.web.pages.marking import Paragraphs, Place, span_paragraphs
from service.web.pages.results import link_to


class ItemShown(Record, frozen=True):
    """A disputed item with its texts in paragraphs; `open` where it is the one at hand."""

    item: DisputedItem
    open: bool
    rationale: Paragraphs
    relied_on: Paragraphs
    denied_by: Paragraphs
    guidelines: tuple[str, ...]


class Quoted(Record, frozen=True):
    """A quote that was linked to: how it is cited, where it stands, and the address of this view of it."""

    cite_as: str
    place: Place
    link: str


class Letter(Record, frozen=True):
    """A determination to read. `at_hand` is the number of the item that is open."""

    determination: Determination
    summary: Paragraphs
    dates: tuple[tuple[str, str], ...]
    items: tuple[ItemShown, ...]
    at_hand: int | None
    quoted: Quoted | None


def letter(determination: Determination, number: int | None, place: Place | None) -> Letter:
    """Return what is shown of a determination.

    Args:
        determination: the determination.
        number: the item at hand; None takes the one that the quote is of, else the first.
        place: the quote to mark, as offsets in the text.

    Raises:
        RequestFault: the place lies outside the text, or there is no such item.
    """
    if place is not None and not 0 <= place[0] < place[1] <= len(determination.text):
        raise RequestFault("start and end must be a place in the determination")
    if number is not None and determination.item(number) is None:
        raise RequestFault(f"the determination has no item {number}")
    at_hand = number or _item_at(determination, place)
    return Letter(
        determination=determination,
        summary=span_paragraphs(determination.summary, place) if determination.summary else (),
        dates=_dates(determination),
        items=tuple(_shown(item, place, opened=item.number == at_hand) for item in determination.items),
        at_hand=at_hand,
        quoted=_quoted(determination, at_hand, place),
    )


def _quoted(determination: Determination, number: int | None, place: Place | None) -> Quoted | None:
    item = determination.item(number) if number else None
    if place is None or item is None:
        return None
    cited = cite_as(determination, item, determination.page_at(place[0]))
    return Quoted(cite_as=cited, place=place, link=link_to(determination.id, item.number, place))


def _shown(item: DisputedItem, place: Place | None, *, opened: bool) -> ItemShown:
    relied, denied = item.imr_guideline, item.claims_administrator_guideline
    return ItemShown(
        item=item,
        open=opened,
        rationale=span_paragraphs(item.rationale, place),
        relied_on=span_paragraphs(relied, place) if relied else (),
        denied_by=span_paragraphs(denied, place) if denied else (),
        guidelines=tuple(dict.fromkeys(_cited(one) for one in item.citations if one.cited_by == "imr")),
    )


def _cited(citation: Citation) -> str:
    title = citation.title if citation.authority == "other" else f"{citation.authority}: {citation.title}"
    year = f" ({citation.year})" if citation.year else ""
    sections = f", {'; '.join(citation.sections)}" if citation.sections else ""
    pages = f", p. {', '.join(citation.pages)}" if citation.pages else ""
    return f"{title}{year}{sections}{pages}"


def _item_at(determination: Determination, place: Place | None) -> int | None:
    start = place[0] if place else None
    for item in determination.items:
        if start is not None and item.heading.start <= start < item.rationale.end:
            return item.number
    return determination.items[0].number if determination.items else None


def _dates(determination: Determination) -> tuple[tuple[str, str], ...]:
    dates = determination.dates
    told = (
        ("Decided", dates.decision),
        ("Utilization review denied", dates.ur_denial),
        ("Application received", dates.application_received),
        ("Assigned", dates.assigned),
        ("Injury", dates.injury),
    )
    return tuple((name, day.isoformat()) for name, day in told if day)
