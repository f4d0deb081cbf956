"""The verdict on one quoted string."""

from collections.abc import Iterable, Sequence
from itertools import islice

from service.check.draft import DraftQuote
from service.check.nearest import nearest
from service.check.quotation import Quotation, find, negated, readings, word_count
from service.check.records import Place, QuoteVerdict, Verdict
from service.check.sources import LOOKUPS, Source, Sources
from service.check.stitched import stitched

# Up to so many words in quotation marks are a way of speaking rather than a quotation, unless they are attributed.
SHORT = 2
# From this likeness on a string is an altered quotation of its nearest text, however else its pieces could be found.
_ALTERED = 0.85
# Letters of the index that a near text is looked for in.
_NEAR_LETTERS = 3


def judge(quote: DraftQuote, sources: Sources) -> QuoteVerdict | None:
    """Say whether a quoted string stands in what it is attributed to; None where it is no quotation."""
    ways = list(readings(quote.text))
    words = word_count(quote.text)
    if not ways or (words <= SHORT and not quote.markers):
        return None
    found = _find(ways, sources.cited(quote.markers), quote)
    if found is not None:
        place, fault = found
        return _verdict(quote, "supported" if fault is None else "fabricated", fault, (place,))
    other = _find(ways, sources.quotes, quote) or _find(ways, sources.letters(), quote)
    if other is None and words <= SHORT:
        return _verdict(quote, "fabricated", "the cited passage does not hold it")
    letters: tuple[Source, ...] = ()
    searched = sources.lookups < LOOKUPS
    if other is None:
        letters = sources.elsewhere(quote.text)
        other = _find(ways, letters, quote)
    if other is not None:
        return _elsewhere(quote, *other)
    return _nowhere(quote, ways, sources, letters, searched=searched)


def _elsewhere(quote: DraftQuote, place: Place, fault: str | None) -> QuoteVerdict:
    if fault is not None:
        return _verdict(quote, "fabricated", fault, (place,))
    where = f"[{place.marker}]" if place.marker is not None else place.determination_id
    if not quote.markers:
        return _verdict(quote, "unattributed", f"it stands in {where}, but no marker says so", (place,))
    return _verdict(quote, "misattributed", f"it stands in {where}, not in the cited passage", (place,))


def _nowhere(
    quote: DraftQuote, ways: Sequence[Quotation], sources: Sources, letters: tuple[Source, ...], *, searched: bool
) -> QuoteVerdict:
    like = nearest(quote.text, sources.quotes)
    if like is None or like.ratio < _ALTERED:
        far = [*islice(sources.letters(), _NEAR_LETTERS), *letters[:_NEAR_LETTERS]]
        like = max(like, nearest(quote.text, far), key=lambda one: one.ratio if one else 0.0)
    near = like.nearest if like else None
    if like is None or like.ratio < _ALTERED:
        held = [*sources.cited(quote.markers), *sources.quotes, *sources.letters(), *letters]
        for way in ways:
            places = stitched(way.pieces, held)
            if places:
                return _verdict(quote, "stitched", "its pieces stand in several places", places)
    if near is not None:
        reason = "it is not verbatim: " + ("; ".join(near.differences) or "its pieces are out of order")
    elif searched:
        reason = "it stands in no cited letter, and in none that the index finds by its words"
    else:
        reason = "it stands in no cited letter; the index was not searched for so many strings"
    return QuoteVerdict(
        text=quote.text,
        start=quote.start,
        end=quote.end,
        markers=quote.markers,
        verdict="fabricated",
        reason=reason,
        found=(),
        nearest=near,
    )


def _find(ways: Sequence[Quotation], sources: Iterable[Source], quote: DraftQuote) -> tuple[Place, str | None] | None:
    """Return where a string stands whole, and what its omissions hide; a place without a fault if there is one."""
    faulty: tuple[Place, str | None] | None = None
    for source in sources:
        for way in ways:
            stretch = find(way, source.folded, after_negation=negated(quote.before))
            if stretch is None:
                continue
            place = source.place(stretch.start, stretch.end)
            if stretch.fault is None:
                return place, None
            faulty = faulty or (place, stretch.fault)
    return faulty


def _verdict(quote: DraftQuote, verdict: Verdict, reason: str | None, found: tuple[Place, ...] = ()) -> QuoteVerdict:
    return QuoteVerdict(
        text=quote.text,
        start=quote.start,
        end=quote.end,
        markers=quote.markers,
        verdict=verdict,
        reason=reason,
        found=found,
        nearest=None,
    )
