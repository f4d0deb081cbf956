"""The strength of a drug as written."""

import pytest

from service.dose import read_dose


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Norco 10/325mg #60", "10/325mg"),
        ("Norco 10-325 mg", "10-325 mg"),
        ("Percocet 5/325 #40", "5/325"),
        ("Ultram 50 mg #60", "50 mg"),
        ("Lidoderm 5% patch", "5%"),
        ("fentanyl 100 mcg/hr patch", "100 mcg/hr"),
        ("Synapryn 10mg/ml 500ml", "10mg/ml"),
        ("Botox 155 units", "155 units"),
        ("physical therapy 2x6", None),
        ("L4-5 fusion", None),
        ("MRI on 3/14/2020", None),
        ("", None),
    ],
)
def test_the_first_strength(text: str, wanted: str | None) -> None:
    assert read_dose(text) == wanted
