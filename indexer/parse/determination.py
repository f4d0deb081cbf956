"""Assemble a `Determination` from a letter's lines."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from indexer.parse.disputed import disputed_items, tiles
from indexer.parse.furniture import case_in_running_heads, set_aside
from indexer.parse.header import Header, read_header, read_stated_outcome
from indexer.parse.headings import headings_section
from indexer.parse.invariant import hold_items, hold_lines, hold_tiles
from indexer.parse.items import find_marks, split_items
from indexer.parse.joined import Joined, join
from indexer.parse.layoutfiles import known_layouts
from indexer.parse.layouts import Layout, recognise
from indexer.parse.marks import Mark
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.parse.oddities import ends_whole, letter_outcome, oddities
from indexer.parse.outcomes import stated_decisions
from indexer.parse.people import read_patient, read_reviewer
from indexer.parse.reflow import Canonical, reflow
from indexer.parse.sections import DECISIONS, HEADER, Section, section, split_sections
from indexer.parse.version import reader_version
from indexer.read.lines import RawLetter
from indexer.records import Determination, DisputedItem, Patient, Record, RemovedLine, Source, Span


class _Letter(Record, frozen=True):
    """A letter taken apart, before its fields are read."""

    version: str
    layout: Layout
    joined: Joined
    sections: tuple[Section, ...]
    canonical: Canonical
    removed: tuple[RemovedLine, ...]

    def span(self, name: str) -> Span | None:
        """Return what stands under a section's heading, or None."""
        found = section(self.sections, name)
        return self.canonical.span(found.body, found.end) if found else None


def parse_letter(
    raw: RawLetter,
    normaliser: Normaliser | None = None,
    own_layouts: Path | None = None,
) -> Determination:
    """Parse a letter that was read into lines.

    Args:
        raw: the letter's lines.
        normaliser: the vocabulary; the packaged one unless given.
        own_layouts: a folder of layout files that are known besides the packaged ones.

    Raises:
        LetterRejected: the letter is of no known layout or cannot be read whole; nothing is half read.
        SettingsFault: a layout file is broken.
    """
    version = reader_version(own_layouts)
    normaliser = normaliser or default_normaliser()
    lines, removed = set_aside(raw.lines)
    joined = join(lines)
    layout = recognise(joined, known_layouts(own_layouts))
    sections = split_sections(joined, layout)
    marks = find_marks(joined, sections, layout)
    canonical = reflow(joined, sections, marks, layout)
    letter = _Letter(
        version=version, layout=layout, joined=joined, sections=sections, canonical=canonical, removed=removed
    )
    found, cut = split_items(joined, marks, layout, stated_decisions(joined, sections, layout))
    items = disputed_items(found, canonical, normaliser)
    _hold(raw, letter, marks, items)
    return _determination(raw, letter, items, cut, normaliser)


def _hold(raw: RawLetter, letter: _Letter, marks: Sequence[Mark], items: Sequence[DisputedItem]) -> None:
    """Hold the nothing-lost invariant."""
    text = letter.canonical.text
    tiled = tuple(tiles(marks, letter.canonical))
    hold_lines(raw.lines, letter.removed, text)
    for name in {headings_section(letter.layout), DECISIONS}:
        if span := letter.span(name):
            within = [tile for tile in tiled if span.start <= tile.start < span.end]
            hold_tiles(text, span, within)
    hold_items(items, tiled)


def _determination(
    raw: RawLetter,
    letter: _Letter,
    items: tuple[DisputedItem, ...],
    cut: Sequence[str],
    normaliser: Normaliser,
) -> Determination:
    text = letter.canonical.text
    header = _header(letter)
    summary, how_made = letter.span("summary"), letter.span("how_made")
    outcome = letter_outcome(items) if ends_whole(text) and not cut else None
    stated = read_stated_outcome(_header_text(letter))
    return Determination(
        id=determination_id(header.case_number, text),
        case_number=header.case_number,
        layout=letter.layout.name,
        reader_version=letter.version,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=Source(name=raw.name, sha256=raw.sha256, pages=raw.pages),
        dates=header.dates,
        priority=header.priority,
        reviewer=read_reviewer(how_made.text if how_made else "", letter.layout, normaliser),
        patient=read_patient(summary.text) if summary else Patient(),
        summary=summary,
        outcome=outcome,
        stated_outcome=stated,
        items=items,
        warnings=(*cut, *oddities(header, summary, items, letter.layout, outcome, stated)),
        page_starts=letter.canonical.page_starts,
        furniture=letter.removed,
        text=text,
    )


def determination_id(case_number: str | None, text: str) -> str:
    """Return the id of a letter: case number (else 'letter') and 8 hex of its white-space-folded text's sha256."""
    folded = " ".join(text.split())
    return f"{case_number or 'letter'}-{hashlib.sha256(folded.encode()).hexdigest()[:8]}"


def _header(letter: _Letter) -> Header:
    header = read_header(_header_text(letter), letter.layout.header)
    if header.case_number:
        return header
    return Header(case_number=case_in_running_heads(letter.removed), dates=header.dates, priority=header.priority)


def _header_text(letter: _Letter) -> str:
    span = letter.span(HEADER)
    return span.text if span else ""
