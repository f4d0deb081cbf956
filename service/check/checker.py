"""Verification of a drafted text with [n] markers: every citation, marker, quoted string and claim."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from indexer.index import Index
from service.check.claims import Claims
from service.check.draft import Draft, read_draft
from service.check.facts import facts_of
from service.check.quotation import find, readings
from service.check.records import CheckReport, CitationVerdict, MarkerVerdict
from service.check.sources import Sources
from service.check.verdict import judge
from service.cite import attribution
from service.markdown import table_row
from service.records import Citation
from service.report import authority_row
from service.verify import Verified, verify_citation

_DUPLICATES = re.compile(r" \(and \d+ with the same rationale\)$")


def check_draft(text: str, citations: Sequence[Citation], index: Index) -> CheckReport:
    """Hold a draft against the citations it was made from, and those against the index.

    Raises:
        RequestFault: the draft holds more quoted strings or markers than are read.
    """
    held = _once([verify_citation(index, citation) for citation in citations])
    true = [one for one in held if one.determination is not None]
    sources = Sources(index, true)
    draft = read_draft(text, _own_lines(held), _known(sources))
    quotes = tuple(verdict for quote in draft.quotes if (verdict := judge(quote, sources)) is not None)
    markers = tuple(_markers(draft, held))
    claims = tuple(sorted(Claims(draft, facts_of(true)).unsupported(), key=lambda claim: claim.start))
    verdicts = tuple(
        CitationVerdict(
            marker=one.citation.marker,
            verdict="fabricated" if one.reasons else "supported",
            reasons=one.reasons,
        )
        for one in held
    )
    said = [*(one.verdict for one in verdicts), *(one.verdict for one in markers), *(one.verdict for one in quotes)]
    good = all(verdict == "supported" for verdict in said) and not claims
    return CheckReport(supported=good, citations=verdicts, markers=markers, quotes=quotes, unsupported=claims)


def _once(held: Sequence[Verified]) -> list[Verified]:
    """Refuse a marker that stands for two citations: nobody can say which is meant."""
    counts = Counter(one.citation.marker for one in {one.citation: one for one in held}.values())
    return [
        Verified(citation=one.citation, reasons=(*one.reasons, "its marker stands for several citations"))
        if counts[one.citation.marker] > 1
        else one
        for one in held
    ]


def _markers(draft: Draft, held: Sequence[Verified]) -> list[MarkerVerdict]:
    by_marker = {one.citation.marker: one for one in held}
    found = []
    for marker in draft.markers:
        for number in dict.fromkeys(marker.numbers):
            known = by_marker.get(number)
            reason = "no citation has this marker" if known is None else "; ".join(known.reasons) or None
            found.append(
                MarkerVerdict(
                    marker=number,
                    start=marker.start,
                    end=marker.end,
                    verdict="fabricated" if reason else "supported",
                    reason=reason,
                )
            )
    return found


def _own_lines(held: Sequence[Verified]) -> Callable[[str], bool]:
    """Return what tells the lines that a pack writes beside its quotes, true to the letter, from a writer's."""
    lines: set[str] = set()
    for one in held:
        if not one.reasons and one.header is not None:
            lines.add(f"[{one.citation.marker}] {one.header}")
            lines.add(f"[{one.citation.marker}] {attribution(one.citation)}")
            lines.add(table_row(authority_row(one.citation)))
    return lambda line: _DUPLICATES.sub("", line.strip()) in lines


def _known(sources: Sources) -> Callable[[str], bool]:
    """Return what tells whether words stand verbatim in a cited quote."""

    def known(words: str) -> bool:
        ways = list(readings(words))
        return any(find(way, one.folded, after_negation=True) is not None for one in sources.quotes for way in ways)

    return known
