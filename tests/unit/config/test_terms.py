"""The vocabulary: whole, without contradictions, and each file says where it comes from."""

import re
import shutil
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from config.errors import SettingsFault
from config.resources import VOCABULARY_DIR
from config.terms import load_terms

FILES = sorted(VOCABULARY_DIR.iterdir())
FACTS = Path(__file__).resolve().parents[4] / "shared" / "facts"
TERMS = load_terms()

needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="../shared/facts is not here")


def folded(name: str) -> str:
    """Return a name as matching sees it: without case and punctuation."""
    return " ".join(re.findall(r"\w+", name.casefold()))


def test_every_treatment_is_in_a_category_that_exists() -> None:
    assert {term.category for term in TERMS.treatments} <= set(TERMS.categories)


def test_no_name_belongs_to_two_concepts() -> None:
    owners = defaultdict(set)
    for term in TERMS.treatments:
        for name in (term.concept, *term.names):
            owners[folded(name)].add(term.concept)
    assert {name: concepts for name, concepts in owners.items() if len(concepts) > 1} == {}


def test_no_exact_name_belongs_to_two_concepts() -> None:
    owners = defaultdict(set)
    for term in TERMS.treatments:
        for name in term.exact:
            owners[name].add(term.concept)
    assert {name: concepts for name, concepts in owners.items() if len(concepts) > 1} == {}


def test_no_exact_name_is_a_name_of_another_concept() -> None:
    owners = {folded(name): term.concept for term in TERMS.treatments for name in (term.concept, *term.names)}
    clashes = {
        name: owner
        for term in TERMS.treatments
        for name in term.exact
        if (owner := owners.get(folded(name), term.concept)) != term.concept
    }
    assert clashes == {}


def test_no_masked_name_is_a_region() -> None:
    names = {folded(name) for region in TERMS.regions for name in (region.name, *region.names)}
    assert TERMS.no_regions
    assert names & {folded(name) for name in TERMS.no_regions} == set()


def test_a_concept_has_one_entry() -> None:
    concepts = [term.concept for term in TERMS.treatments]
    assert len(concepts) == len(set(concepts)) > 500
    assert all(concept == concept.strip().lower() for concept in concepts)


def test_no_region_shares_a_name_and_each_parent_exists() -> None:
    owners = defaultdict(set)
    for region in TERMS.regions:
        for name in (region.name, *region.names):
            owners[folded(name)].add(region.name)
    assert {name: regions for name, regions in owners.items() if len(regions) > 1} == {}
    assert {region.parent for region in TERMS.regions if region.parent} <= {region.name for region in TERMS.regions}


def test_levels_are_regular_expressions() -> None:
    levels = [level for region in TERMS.regions for level in region.levels]
    assert levels
    for level in levels:
        assert re.compile(level).pattern == level


def test_limbs_name_known_regions_and_sides() -> None:
    assert TERMS.limbs
    assert {limb.region for limb in TERMS.limbs} <= {region.name for region in TERMS.regions}
    assert {limb.laterality for limb in TERMS.limbs} <= {"left", "right", "bilateral"}


def test_no_specialty_shares_a_name() -> None:
    owners = defaultdict(set)
    for specialty in TERMS.specialties:
        for name in (specialty.name, *specialty.names):
            owners[folded(name.replace("&", " and "))].add(specialty.name)
    assert {name: names for name, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_names_its_source(path: Path) -> None:
    head = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        head.append(line)
    assert "source" in " ".join(head).lower(), "the comment at the top names no source"


@needs_facts
def test_the_categories_hold_every_one_of_the_search_form() -> None:
    rows = (FACTS / "dwc_treatment_subcategories_2017.txt").read_text(encoding="utf-8").splitlines()
    data = tomllib.loads((VOCABULARY_DIR / "categories.toml").read_text(encoding="utf-8"))
    held = [raw for entry in data["category"] for raw in entry.get("dwc", ())]
    assert len(held) == len(set(held))
    # A broken row of the form, left out on purpose (the file's comment says so).
    missing = {row.strip() for row in rows if row.strip()} - {raw.strip() for raw in held} - {"* Peripheral *"}
    assert missing == set()


@needs_facts
def test_no_category_claims_a_row_that_the_form_lacks() -> None:
    rows = {row.strip() for row in (FACTS / "dwc_treatment_subcategories_2017.txt").read_text("utf-8").splitlines()}
    data = tomllib.loads((VOCABULARY_DIR / "categories.toml").read_text(encoding="utf-8"))
    for entry in data["category"]:
        assert {raw.strip() for raw in entry.get("dwc", ())} <= rows, entry["name"]
        assert entry.get("dwc") or entry.get("added"), entry["name"]


def test_a_category_is_named_once_and_under_its_first_part() -> None:
    assert len(TERMS.categories) == len(set(TERMS.categories))
    for category in TERMS.categories:
        assert category.partition(" > ")[0] in TERMS.categories


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the vocabulary to break."""
    folder = tmp_path / "vocabulary"
    shutil.copytree(VOCABULARY_DIR, folder)
    return folder


def refused(folder: Path) -> str:
    """Return the one line with which a vocabulary is refused."""
    with pytest.raises(SettingsFault) as caught:
        load_terms(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_copy_is_the_same_vocabulary(copy: Path) -> None:
    assert load_terms(copy) == TERMS


@pytest.mark.parametrize(
    "name", ["body_regions.toml", "categories.toml", "specialties.toml", "orange_book.tsv", "mtus_chapters.tsv"]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert name in refused(copy)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("categories.toml", "[[category]\n"),
        ("categories.toml", "[[category]]\ntitle = 'x'\n"),
        ("categories.toml", "category = 1\n"),
        ("categories.toml", "category = ['x']\n"),
        ("specialties.toml", "[[specialty]]\nname = 'x'\nnames = 1\n"),
        ("orange_book.tsv", "# Source: a test\nbrand\tingredient\none\ttwo\tthree\n"),
        ("mtus_chapters.tsv", "# Source: a test\nera\tchapter\nalone\n"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(copy: Path, name: str, text: str) -> None:
    (copy / name).write_text(text, encoding="utf-8")
    assert str(copy) in refused(copy)


def test_a_file_that_is_no_text_is_refused(copy: Path) -> None:
    (copy / "categories.toml").write_bytes(b"\xff\xfe")
    refused(copy)


def test_an_unknown_category_is_refused(copy: Path) -> None:
    entry = "[[treatment]]\nconcept = 'moonlight'\ncategory = 'Astronomy'\n"
    (copy / "treatments_more.toml").write_text(entry, encoding="utf-8")
    said = refused(copy)
    assert "moonlight" in said
    assert "Astronomy" in said
