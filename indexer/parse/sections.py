"""Where a letter's sections lie in its canonical text."""

from collections.abc import Sequence

from config.errors import LetterRejected
from indexer.parse.layouts import Layout
from indexer.parse.reflow import Canonical, Paragraph
from indexer.records import Record


class Sections(Record, frozen=True):
    """A letter's paragraphs by section; a section that the letter lacks is empty."""

    header: tuple[Paragraph, ...]
    how_made: tuple[Paragraph, ...]
    summary: tuple[Paragraph, ...]
    decisions: tuple[Paragraph, ...]


def split_sections(canonical: Canonical, layout: Layout) -> Sections:
    """Sort paragraphs under the heading they follow; what stands before the first heading is the header.

    Raises:
        LetterRejected: there is no decisions section, or more than one.
    """
    found: dict[str, list[Paragraph]] = {"header": []}
    current = "header"
    for paragraph in canonical.paragraphs:
        opened = layout.section_of(canonical.of(paragraph))
        if opened is not None:
            if opened in found:
                raise LetterRejected(f"two sections headed '{canonical.of(paragraph)}': two letters in one file?")
            current = opened
            found[current] = []
        else:
            found[current].append(paragraph)
    if not found.get("decisions"):
        raise LetterRejected("no decisions section")
    return Sections(
        header=tuple(found["header"]),
        how_made=tuple(found.get("how_made", ())),
        summary=tuple(found.get("summary", ())),
        decisions=tuple(found["decisions"]),
    )


def without_preamble(
    paragraphs: Sequence[Paragraph],
    canonical: Canonical,
    layout: Layout,
    section: str,
) -> tuple[Paragraph, ...]:
    """Drop the set phrase that opens a section: the whole paragraph, or the words at its head."""
    pattern = layout.preambles.get(section)
    if not paragraphs or pattern is None:
        return tuple(paragraphs)
    first, *rest = paragraphs
    found = pattern.match(canonical.of(first))
    if not found:
        return tuple(paragraphs)
    start = first.start + found.end()
    if not canonical.text[start : first.end].strip():
        return tuple(rest)
    return (Paragraph(start=start, end=first.end, heading=first.heading), *rest)
