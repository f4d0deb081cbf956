"""A check's report for a person to read."""

from collections.abc import Iterator

from service.check.records import CheckReport, QuoteVerdict

_SHOWN = 160


def as_text(report: CheckReport) -> str:
    """Write a report: one line of counts, then everything that is not supported, with the reason and the true words."""
    true = sum(quote.verdict == "supported" for quote in report.quotes)
    counts = (
        f"{'SUPPORTED' if report.supported else 'NOT SUPPORTED'}: {true} of {len(report.quotes)} quoted strings, "
        f"{sum(one.verdict == 'supported' for one in report.markers)} of {len(report.markers)} markers and "
        f"{sum(one.verdict == 'supported' for one in report.citations)} of {len(report.citations)} citations hold; "
        f"{len(report.unsupported)} claims that no cited passage holds"
    )
    lines = [counts]
    lines += [
        f"citation [{one.marker}] {one.verdict}: {'; '.join(one.reasons)}" for one in report.citations if one.reasons
    ]
    lines += [
        f"marker [{one.marker}] at {one.start} {one.verdict}: {one.reason}" for one in report.markers if one.reason
    ]
    for quote in report.quotes:
        if quote.verdict != "supported":
            lines.extend(_quote(quote))
    for claim in report.unsupported:
        cited = "".join(f"[{marker}]" for marker in claim.markers)
        lines.append(f"{claim.kind} at {claim.start} unsupported: '{claim.text}' {cited}: {claim.reason}")
    return "\n".join(lines)


def _quote(quote: QuoteVerdict) -> Iterator[str]:
    cited = "".join(f"[{marker}]" for marker in quote.markers)
    yield f'quote at {quote.start} {quote.verdict}: "{_short(quote.text)}" {cited}: {quote.reason}'
    for place in quote.found:
        item = f" item {place.item}" if place.item is not None else ""
        yield f"    stands in {place.determination_id}{item}, characters {place.start} to {place.end}"
    if quote.nearest is not None:
        place = quote.nearest.place
        yield f'    nearest, {place.determination_id} at {place.start}: "{_short(quote.nearest.text)}"'


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SHOWN else f"{folded[:_SHOWN]}..."
