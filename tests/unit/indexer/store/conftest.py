"""A small published index to look at, and one to break."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer.embed import HashingEmbedder
from indexer.records import Determination, Treatment
from indexer.store.contents import RejectedFile
from indexer.store.embedded import EmbeddedIndex, open_embedded
from tests.support.letters import Cited, Item, contents, determination, publish

TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids", ingredients=("tramadol",))
MRI = Treatment(concept="magnetic resonance imaging", category="Diagnostic Testing > Imaging & Radiology")


@pytest.fixture(scope="session")
def letters() -> tuple[Determination, ...]:
    """Five letters: two of one case, one without case number or date."""
    return (
        determination(
            "CM15-0000001-aaaaaaaa",
            Item("Tramadol 50mg", "No screen is on file.", treatments=(TRAMADOL,), cited=(Cited("MTUS", "Opioids"),)),
            Item("Lumbar MRI", "No red flags were found.", "overturned", (MRI,), ("lumbar spine",)),
            case="CM15-0000001",
            decided=date(2015, 6, 1),
            specialties=("Pain Management",),
        ),
        determination(
            "CM15-0000001-bbbbbbbb",
            Item("Tramadol 50mg", "No screen is on file.", treatments=(TRAMADOL,)),
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


@pytest.fixture
def index_dir(tmp_path: Path, letters: tuple[Determination, ...]) -> Path:
    """The folder of an index of the letters, to break."""
    folder = tmp_path / "index"
    folder.mkdir()
    embedder = HashingEmbedder()
    held, vectors = contents(letters, embedder, (RejectedFile(path="/x", sha256="0" * 64, reason="empty file"),))
    publish(folder, held, vectors, embedder)
    return folder


@pytest.fixture
def index(index_dir: Path) -> Iterator[EmbeddedIndex]:
    """The index of the letters."""
    opened = open_embedded(index_dir, 1)
    yield opened
    opened.close()
