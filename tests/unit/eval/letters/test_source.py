"""Samples load whole, and a bad one is named with its field."""

import re
from pathlib import Path

import pytest

from eval.letters.source import SAMPLES, load_samples

GOOD = """
case = "SAMPLE-9001"
priority = "Standard"
summary = "A 52 year old male."
[dates]
injury = 2013-04-02
ur_denial = 2016-08-19
application_received = 2016-09-01
assigned = 2016-09-07
decision = 2016-10-03
[reviewer]
licensure = ["California"]
specialties = ["Pain Management"]
[patient]
age = 52
sex = "male"
[[items]]
title = "Norco 10/325mg #60"
outcome = "upheld"
rationale = "No gain is shown."
[[items.imr_guideline]]
authority = "ODG"
title = "Pain Chapter, Opioids"
"""


def _write(folder: Path, text: str, name: str = "SAMPLE-9001") -> Path:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_packaged_sample_loads_in_order() -> None:
    letters = load_samples()
    assert len(letters) == len(list(SAMPLES.glob("*.toml")))
    cases = [letter.case for letter in letters]
    assert cases == sorted(set(cases))


def test_a_letter_is_read_into_records(tmp_path: Path) -> None:
    (letter,) = load_samples(_write(tmp_path, GOOD))
    assert letter.items[0].imr_guideline[0].authority == "ODG"
    assert letter.dates.decision.year == 2016
    assert letter.items[0].claims_administrator_guideline == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"upheld"', '"modified"', "$.items[0].outcome"),
        ("age = 52", 'age = "52"', "$.patient.age"),
        ('sex = "male"', "", "`sex`"),
        ('title = "Norco', 'colour = "red"\ntitle = "Norco', "`colour`"),
        ("decision = 2016-10-03", 'decision = "soon"', "$.dates.decision"),
        ('["California"]', "[]", "licensure"),
        ('outcome = "upheld"', 'outcome = "upheld"\nrequest = "Norco"', "items[1].title"),
        ('outcome = "upheld"', 'outcome = "upheld"\ndepends_on = 1', "items[1].depends_on"),
        ("SAMPLE-9001", "SAMPLE-9002", "case"),
        ("[[items]]", "[[items", "line 17"),
    ],
)
def test_a_bad_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, told: str) -> None:
    _write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ValueError, match=rf"SAMPLE-9001\.toml: .*{re.escape(told)}"):
        load_samples(tmp_path)


def test_a_letter_without_items_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, GOOD.partition("[[items]]")[0].replace('case = "', 'items = []\ncase = "'))
    with pytest.raises(ValueError, match="items is empty"):
        load_samples(tmp_path)
