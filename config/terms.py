"""The vocabulary: treatments, body regions, specialties, guideline chapters. Data only; matching is the indexer's.

The files under config/vocabulary name their own sources.
"""

import csv
import functools
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import SettingsFault
from config.resources import VOCABULARY_DIR


@dataclass(frozen=True, slots=True)
class TreatmentTerm:
    """One treatment concept. `names` match in any case, `exact` only as written."""

    concept: str
    category: str
    ingredients: tuple[str, ...]
    names: tuple[str, ...]
    exact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionTerm:
    """One body region. `levels` are regular expressions for vertebral levels ('L4-5')."""

    name: str
    names: tuple[str, ...]
    exact: tuple[str, ...]
    levels: tuple[str, ...]
    parent: str | None


@dataclass(frozen=True, slots=True)
class LimbTerm:
    """An abbreviation that names a region and a side at once ('RUE')."""

    text: str
    region: str
    laterality: str


@dataclass(frozen=True, slots=True)
class SpecialtyTerm:
    """One reviewer specialty of the DWC's list, with its other spellings."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyTerm:
    """A class of treatments with the words that name it ('narcotics'). `close`: its members are decided alike."""

    name: str
    names: tuple[str, ...]
    members: frozenset[str]
    close: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole vocabulary. `no_regions` are names that hold a region's word and name none ('knee scooter')."""

    treatments: tuple[TreatmentTerm, ...]
    brands: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    regions: tuple[RegionTerm, ...]
    limbs: tuple[LimbTerm, ...]
    specialties: tuple[SpecialtyTerm, ...]
    mtus_chapters: tuple[str, ...]
    no_regions: tuple[str, ...] = ()
    families: tuple[FamilyTerm, ...] = ()


@functools.cache
def load_terms(folder: Path = VOCABULARY_DIR) -> Terms:
    """Read the vocabulary files of a folder.

    Raises:
        SettingsFault: a file is missing or broken, or a treatment names a category that does not exist.
    """
    try:
        terms = _read(folder)
    except OSError as error:
        raise SettingsFault(f"vocabulary in {folder}: {error.filename}: {error.strerror}") from None
    except (LookupError, TypeError, ValueError) as error:
        raise SettingsFault(f"vocabulary in {folder}: {type(error).__name__}: {error}") from None
    known = set(terms.categories)
    for term in terms.treatments:
        if term.category not in known:
            raise SettingsFault(f"vocabulary in {folder}: {term.concept} has unknown category {term.category}")
    return terms


def _read(folder: Path) -> Terms:
    regions = _toml(folder / "body_regions.toml")
    treatments = tuple(_treatments(folder))
    return Terms(
        treatments=treatments,
        families=tuple(_family(entry, treatments) for entry in _toml(folder / "families.toml")["family"]),
        brands=tuple((brand, ingredient) for brand, ingredient in _rows(folder / "orange_book.tsv")),
        categories=tuple(entry["name"] for entry in _toml(folder / "categories.toml")["category"]),
        regions=tuple(
            RegionTerm(
                name=entry["name"],
                names=tuple(entry.get("names", ())),
                exact=tuple(entry.get("exact", ())),
                levels=tuple(entry.get("levels", ())),
                parent=entry.get("parent"),
            )
            for entry in regions["region"]
        ),
        limbs=tuple(
            LimbTerm(text=entry["text"], region=entry["region"], laterality=entry["laterality"])
            for entry in regions.get("abbreviation", ())
        ),
        specialties=tuple(
            SpecialtyTerm(name=entry["name"], names=tuple(entry.get("names", ())))
            for entry in _toml(folder / "specialties.toml")["specialty"]
        ),
        no_regions=tuple(regions.get("no_region", ())),
        mtus_chapters=tuple(dict.fromkeys(row[1] for row in _rows(folder / "mtus_chapters.tsv"))),
    )


def _treatments(folder: Path) -> Iterator[TreatmentTerm]:
    for path in sorted(folder.glob("treatments_*.toml")):
        for entry in _toml(path)["treatment"]:
            yield TreatmentTerm(
                concept=entry["concept"],
                category=entry["category"],
                ingredients=tuple(entry.get("ingredients", ())),
                names=tuple(entry.get("names", ())),
                exact=tuple(entry.get("exact", ())),
            )


def _family(entry: dict[str, Any], treatments: Sequence[TreatmentTerm]) -> FamilyTerm:
    """Read a family; a category of the first level ('Injection') stands for all below it."""
    known = {term.concept for term in treatments}
    members = frozenset(entry.get("members", ()))
    if unknown := members - known:
        raise ValueError(f"family {entry['name']} has unknown members: {', '.join(sorted(unknown))}")
    categories = entry.get("categories", ())
    for category in categories:
        found = {term.concept for term in treatments if f"{term.category} > ".startswith(f"{category} > ")}
        if not found:
            raise ValueError(f"family {entry['name']} has an empty category: {category}")
        members |= found
    return FamilyTerm(name=entry["name"], names=tuple(entry["names"]), members=members, close=entry.get("close", False))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> list[list[str]]:
    """Read a tab-separated file without its comments ('#') and its line of column names."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.reader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE))
