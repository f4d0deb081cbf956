"""Letters written here line by line, and a vocabulary of a few words."""

from collections.abc import Callable

import pytest

from config.settings import ReadingSettings
from config.terms import SpecialtyTerm, Terms, TreatmentTerm
from indexer.parse.determination import parse_letter
from indexer.parse.joined import Joined, join
from indexer.parse.layoutfiles import known_layouts
from indexer.parse.layouts import Layout
from indexer.parse.normalise import Normaliser
from indexer.read.letter import read_letter
from indexer.read.plain import read_plain
from indexer.records import Determination

LIMITS = ReadingSettings(max_bytes=1_000_000, max_pages=20, processes=1, timeout_seconds=30, layouts="", memory_mb=1024)


def _treatment(concept: str, category: str, *names: str) -> TreatmentTerm:
    return TreatmentTerm(concept=concept, category=category, ingredients=(), names=names, exact=())


@pytest.fixture(scope="session")
def normaliser() -> Normaliser:
    treatments = (
        _treatment("rotator cuff repair", "Surgery > Arthroscopic Surgery", "arthroscopy"),
        _treatment("joint injection", "Injection > Injection"),
        _treatment("stimulator", "DMEPOS > DME", "TENS unit"),
        _treatment("stimulator supplies", "DMEPOS > Supplies", "electrodes"),
    )
    specialties = (
        SpecialtyTerm(name="Physical Medicine & Rehabilitation", names=("Physical Medicine and Rehabilitation",)),
    )
    categories = tuple(term.category for term in treatments)
    return Normaliser(
        Terms(
            treatments=treatments,
            brands=(),
            categories=categories,
            regions=(),
            limbs=(),
            specialties=specialties,
            mtus_chapters=(),
        )
    )


@pytest.fixture(scope="session")
def layouts() -> dict[str, Layout]:
    return {layout.name: layout for layout in known_layouts()}


@pytest.fixture(scope="session")
def joined() -> Callable[[str], Joined]:
    """Return text lines joined."""
    return lambda text: join(read_plain(text.encode()))


@pytest.fixture(scope="session")
def parse(normaliser: Normaliser) -> Callable[[str], Determination]:
    """Return a letter parsed from its text."""
    return lambda text: parse_letter(read_letter("letter.txt", text.encode(), LIMITS), normaliser)
