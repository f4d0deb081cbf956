"""Assemble a `Determination` from a letter's lines."""

import hashlib
import re
from collections.abc import Sequence

from config.errors import LetterRejected
from indexer.parse.citations import read_citations
from indexer.parse.dependence import dependences
from indexer.parse.furniture import case_in_running_heads, set_aside
from indexer.parse.header import Header, read_header
from indexer.parse.items import ItemParts, split_items
from indexer.parse.layouts import Layout, recognise
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.parse.people import read_patient, read_reviewer
from indexer.parse.reflow import Canonical, reflow
from indexer.parse.sections import Sections, split_sections, without_preamble
from indexer.parse.titles import Asked, read_title
from indexer.read.lines import Line, RawLetter, ends_sentence
from indexer.records import (
    Determination,
    DisputedItem,
    LetterOutcome,
    Patient,
    RemovedLine,
    Source,
    Span,
    Treatment,
)

# Raised whenever the same file may read differently: an index re-reads letters read by another version.
READER_VERSION = "1"

# A last sentence may lack its full stop and still be whole.
_CONCLUDED = re.compile(
    r"\b(?:necessary|appropriate|indicated|certified|authorized|supported|warranted)$", re.IGNORECASE
)
_STATED = re.compile(
    r"final determination:\s*(?P<word>uphold|partial(?:ly)?\s+overturn|overturn)",
    re.IGNORECASE,
)


def parse_letter(raw: RawLetter, normaliser: Normaliser | None = None) -> Determination:
    """Parse a letter that was read into lines.

    Raises:
        LetterRejected: the letter is of no known layout or cannot be read whole; nothing is half read.
    """
    normaliser = normaliser or default_normaliser()
    lines, removed = set_aside(raw.lines)
    layout = recognise(" ".join(line.text for line in lines))
    canonical = reflow(lines, layout)
    _nothing_lost(lines, canonical)
    sections = split_sections(canonical, layout)
    decisions = without_preamble(sections.decisions, canonical, layout, "decisions")
    parts, warnings = split_items(decisions, canonical, layout)
    header = _header(sections, canonical, layout, removed)
    summary = _summary(sections, canonical, layout)
    items = _items(parts, layout, normaliser)
    cut_off = _cut_off(canonical, warnings)
    stated = _stated_outcome(canonical.text)
    odd = [*warnings, *_oddities(header, summary, items, cut_off=cut_off, stated=stated)]
    how_made = "\n\n".join(canonical.of(paragraph) for paragraph in sections.how_made)
    return Determination(
        id=determination_id(header.case_number, canonical.text),
        case_number=header.case_number,
        layout=layout.name,
        reader_version=READER_VERSION,
        text_sha256=hashlib.sha256(canonical.text.encode()).hexdigest(),
        source=Source(name=raw.name, sha256=raw.sha256, pages=raw.pages),
        dates=header.dates,
        priority=header.priority,
        reviewer=read_reviewer(how_made, layout.reviewer, normaliser),
        patient=read_patient(summary.text) if summary else Patient(),
        summary=summary,
        outcome=None if cut_off else _letter_outcome(items),
        stated_outcome=stated,
        items=items,
        warnings=tuple(odd),
        page_starts=canonical.page_starts,
        furniture=removed,
        text=canonical.text,
    )


def determination_id(case_number: str | None, text: str) -> str:
    """Return the id of a letter: case number (else 'letter') and 8 hex of its white-space-folded text's sha256."""
    folded = " ".join(text.split())
    return f"{case_number or 'letter'}-{hashlib.sha256(folded.encode()).hexdigest()[:8]}"


def _nothing_lost(lines: Sequence[Line], canonical: Canonical) -> None:
    """Check that reflowing changed white space only.

    Raises:
        LetterRejected: a character is missing or added.
    """
    raw = "".join("".join(line.text.split()) for line in lines)
    if raw != "".join(canonical.text.split()):
        raise LetterRejected("text lost while joining lines")


def _header(
    sections: Sections,
    canonical: Canonical,
    layout: Layout,
    removed: Sequence[RemovedLine],
) -> Header:
    text = " ".join(canonical.of(paragraph) for paragraph in sections.header)
    header = read_header(text, layout.header)
    if header.case_number:
        return header
    return Header(case_number=case_in_running_heads(removed), dates=header.dates, priority=header.priority)


def _summary(sections: Sections, canonical: Canonical, layout: Layout) -> Span | None:
    paragraphs = without_preamble(sections.summary, canonical, layout, "summary")
    return canonical.span(paragraphs[0].start, paragraphs[-1].end) if paragraphs else None


def _items(parts: Sequence[ItemParts], layout: Layout, normaliser: Normaliser) -> tuple[DisputedItem, ...]:
    asked = [read_title(part.heading.text, layout.outcome) for part in parts]
    treatments = [normaliser.treatments(item.request) for item in asked]
    depends = dependences(asked, treatments)
    return tuple(
        _item(number, *one, normaliser)
        for number, one in enumerate(zip(parts, asked, treatments, depends, strict=True), start=1)
    )


def _item(
    number: int,
    parts: ItemParts,
    asked: Asked,
    treatments: tuple[Treatment, ...],
    depends_on: int | None,
    normaliser: Normaliser,
) -> DisputedItem:
    return DisputedItem(
        number=number,
        heading=parts.heading,
        title=asked.title,
        request=asked.request,
        outcome=parts.outcome,
        claims_administrator_guideline=parts.claims_administrator_guideline,
        imr_guideline=parts.imr_guideline,
        rationale=parts.rationale,
        citations=(
            *read_citations(parts.claims_administrator_guideline, "claims_administrator"),
            *read_citations(parts.imr_guideline, "imr"),
        ),
        treatments=treatments,
        body_regions=normaliser.regions(asked.request),
        laterality=normaliser.laterality(asked.request),
        quantity=asked.quantity,
        retrospective=asked.retrospective,
        depends_on=depends_on,
    )


def _cut_off(canonical: Canonical, warnings: Sequence[str]) -> bool:
    ended = ends_sentence(canonical.text) or _CONCLUDED.search(canonical.text)
    return not ended or any(warning.endswith("no rationale") for warning in warnings)


def _letter_outcome(items: Sequence[DisputedItem]) -> LetterOutcome:
    granted = sum(item.outcome == "overturned" for item in items)
    if granted == 0:
        return "upheld"
    return "overturned" if granted == len(items) else "partially_overturned"


def _stated_outcome(text: str) -> LetterOutcome | None:
    found = _STATED.search(text)
    if not found:
        return None
    word = found["word"].lower()
    return "upheld" if word == "uphold" else "overturned" if word == "overturn" else "partially_overturned"


def _oddities(
    header: Header,
    summary: Span | None,
    items: Sequence[DisputedItem],
    *,
    cut_off: bool,
    stated: LetterOutcome | None,
) -> list[str]:
    odd = []
    if header.case_number is None:
        odd.append("no case number")
    if header.dates.decision is None:
        odd.append("no decision date")
    if summary is None:
        odd.append("no clinical summary")
    if cut_off:
        odd.append("the letter is cut off before its end")
    elif stated and stated != _letter_outcome(items):
        odd.append(f"cover page says {stated}, the items say {_letter_outcome(items)}")
    return odd
