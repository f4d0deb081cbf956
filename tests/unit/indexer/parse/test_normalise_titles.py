"""The packaged vocabulary on titles as other hands would write them: brands, abbreviations, misspellings, creams."""

from pathlib import Path

import pytest

from indexer.parse.normalise import default_normaliser

LEAST_TITLES = 150
LEAST_RIGHT = 0.97

LINES = (Path(__file__).parent / "titles_of_other_hands.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES if not line.startswith("#")]


def concepts(title: str) -> list[str]:
    return [treatment.concept for treatment in default_normaliser().treatments(title)]


def case(title: str, wanted: str, why: str | None = None) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(title, wanted.split("; "), marks=marks, id=title)


@pytest.mark.parametrize(("title", "wanted"), [case(*row) for row in ROWS])
def test_a_title_meets_its_concepts(title: str, wanted: list[str]) -> None:
    assert concepts(title) == wanted


def test_there_are_enough_titles_and_few_known_misses() -> None:
    assert len({title for title, *_ in ROWS}) == len(ROWS) >= LEAST_TITLES
    assert sum(concepts(row[0]) == row[1].split("; ") for row in ROWS) / len(ROWS) >= LEAST_RIGHT


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Ultrasound guidance for right knee injection", ["ultrasound guidance"]),
        ("Transportation to and from physical therapy", ["transportation"]),
        ("Physical therapy for the neck and acupuncture", ["physical therapy", "acupuncture"]),
        ("Physical therapy for 6 weeks, acupuncture", ["physical therapy", "acupuncture"]),
    ],
)
def test_a_purpose_is_not_asked_for(title: str, wanted: list[str]) -> None:
    assert concepts(title) == wanted


def test_the_drugs_of_a_compound_are_its_ingredients() -> None:
    (compound,) = default_normaliser().treatments("Flurbiprofen 20 %/Gabapentin/Lidocaine 5% cream")
    assert compound.category == "Pharmaceuticals > Topical Compounds"
    assert compound.ingredients == ("flurbiprofen", "gabapentin", "lidocaine")


def test_drugs_injected_together_are_no_compound() -> None:
    assert "topical compound" not in concepts("Injection of bupivacaine 0.5% and triamcinolone 1%")


@pytest.mark.parametrize(
    ("text", "regions", "sides"),
    [
        ("R shoulder and L knee x-rays", ("shoulder", "knee"), ("right", "left")),
        ("MRI L spine", ("lumbar spine",), ()),
        ("B/L L4-5 TFESI", ("lumbar spine",), ("bilateral",)),
        ("EMG RUE", ("upper extremity",), ("right",)),
        ("Knee scooter, left", (), ("left",)),
        ("C-arm, hand held shower", (), ()),
    ],
)
def test_regions_and_sides_in_short(text: str, regions: tuple[str, ...], sides: tuple[str, ...]) -> None:
    assert default_normaliser().regions(text) == regions
    assert default_normaliser().laterality(text) == sides
