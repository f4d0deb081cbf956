"""Determinations made in a test: whole records with spans that hold, without reading a file."""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from config.settings import load_settings
from indexer import build
from indexer.embed import Embedder, FloatArray
from indexer.passages import passages_of
from indexer.reasons import pattern_reasons
from indexer.records import (
    Authority,
    Citation,
    Dates,
    Determination,
    DisputedItem,
    ItemOutcome,
    Party,
    Patient,
    Reviewer,
    Source,
    Span,
    Treatment,
)
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.draft import embedded_draft
from indexer.store.kept import text_digest
from indexer.store.manifest import Made


class Cited(NamedTuple):
    """A guideline that a party cited."""

    authority: Authority
    title: str
    cited_by: Party = "imr"


class Item(NamedTuple):
    """What a test says of one disputed item."""

    title: str = "Physical therapy, six visits"
    rationale: str = "Six visits are enough."
    outcome: ItemOutcome = "upheld"
    treatments: tuple[Treatment, ...] = ()
    regions: tuple[str, ...] = ()
    cited: tuple[Cited, ...] = ()


def determination(
    name: str,
    *items: Item,
    case: str | None = None,
    decided: date | None = None,
    specialties: tuple[str, ...] = (),
) -> Determination:
    """Make a determination whose canonical text is its items' titles and rationales."""
    text = ""
    made: list[DisputedItem] = []
    for number, item in enumerate(items, start=1):
        heading = Span(text=item.title, start=len(text), end=len(text) + len(item.title))
        text += f"{item.title}\n\n"
        rationale = Span(text=item.rationale, start=len(text), end=len(text) + len(item.rationale))
        text += f"{item.rationale}\n\n"
        made.append(_item(number, item, heading, rationale))
    return Determination(
        id=name,
        case_number=case,
        layout="layout-1",
        reader_version="test",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=Source(name=f"{name}.txt", sha256="0" * 64, pages=None),
        dates=Dates(decision=decided),
        priority=None,
        reviewer=Reviewer(specialties_normalised=specialties),
        patient=Patient(),
        summary=None,
        outcome=None,
        stated_outcome=None,
        items=tuple(made),
        warnings=(),
        page_starts=(),
        furniture=(),
        text=text,
    )


_TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids", ingredients=("tramadol",))
_MRI = Treatment(concept="magnetic resonance imaging", category="Diagnostic Testing > Imaging & Radiology")


def five_letters(second_cites: tuple[Cited, ...] = ()) -> tuple[Determination, ...]:
    """Make five letters: two of one case, one without case number or date.

    Args:
        second_cites: what the reviewer of the second letter cites.
    """
    return (
        determination(
            "CM15-0000001-aaaaaaaa",
            Item("Tramadol 50mg", "No screen is on file.", treatments=(_TRAMADOL,), cited=(Cited("MTUS", "Opioids"),)),
            Item("Lumbar MRI", "No red flags were found.", "overturned", (_MRI,), ("lumbar spine",)),
            case="CM15-0000001",
            decided=date(2015, 6, 1),
            specialties=("Pain Management",),
        ),
        determination(
            "CM15-0000001-bbbbbbbb",
            Item("Tramadol 50mg", "No screen is on file.", treatments=(_TRAMADOL,), cited=second_cites),
            case="CM15-0000001",
            decided=date(2015, 6, 2),
        ),
        determination(
            "CM16-0000002-cccccccc",
            Item("Knee brace", "The knee is stable.", regions=("knee",), cited=(Cited("ODG", "Knee Chapter"),)),
            case="CM16-0000002",
            decided=date(2016, 1, 1),
        ),
        determination("letter-dddddddd", Item("Knee brace", "The knee is stable.", "overturned", regions=("knee",))),
        determination(
            "CM17-0000003-eeeeeeee",
            Item("Shoulder surgery", "A tear was shown. " * 40, regions=("shoulder",)),
            case="CM17-0000003",
            decided=date(2017, 12, 31),
        ),
    )


def contents(
    determinations: Iterable[Determination],
    embedder: Embedder,
    rejected: tuple[RejectedFile, ...] = (),
) -> tuple[Contents, FloatArray]:
    """Return what a generation of these letters holds, with its vectors."""
    letters = tuple(sorted(determinations, key=lambda letter: letter.id))
    passages = tuple(
        passage
        for letter in letters
        for passage in passages_of(letter, embedder.count, embedder.fingerprint.max_pieces, 1)
    )
    held = Contents(
        determinations=letters,
        reasons=tuple(pattern_reasons(item) for letter in letters for item in letter.items),
        passages=passages,
        digests=tuple(text_digest(passage.embedded) for passage in passages),
        files=tuple(FileRecord(path=f"/{one.id}", sha256="0" * 64, determination_id=one.id) for one in letters),
        rejected=rejected,
    )
    vectors = embedder.encode([passage.embedded for passage in passages])
    return held, np.ascontiguousarray(vectors, dtype=np.float32)


def made_by(embedder: Embedder) -> Made:
    """Return what `contents` makes records and vectors by: the default settings."""
    return build.made_by(load_settings(), embedder.fingerprint)


def publish(index_dir: Path, held: Contents, vectors: FloatArray, embedder: Embedder) -> str:
    """Publish a generation that holds these letters and files and nothing else; return its name."""
    with embedded_draft(index_dir, made_by(embedder), 1) as draft:
        here = {file.path for file in (*held.files, *held.rejected)}
        gone = tuple(sorted(draft.files_under([Path("/")]) - here))
        draft.add(msgspec.structs.replace(held, gone=gone), vectors)
        return draft.publish()


def _item(number: int, item: Item, heading: Span, rationale: Span) -> DisputedItem:
    return DisputedItem(
        number=number,
        heading=heading,
        title=item.title,
        request=item.title,
        outcome=item.outcome,
        claims_administrator_guideline=None,
        imr_guideline=None,
        rationale=rationale,
        citations=tuple(
            Citation(
                authority=one.authority,
                title=one.title,
                year=None,
                sections=(),
                pages=(),
                start=heading.start,
                end=heading.end,
                cited_by=one.cited_by,
            )
            for one in item.cited
        ),
        treatments=item.treatments,
        body_regions=item.regions,
    )
