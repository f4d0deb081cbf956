"""The normalisation of every sample item beside its reviewed expectation."""

import msgspec
import pytest

from eval.letters.normalisation import FIELDS, Judged, judge, main, miss_lines, misses, share
from eval.letters.records import SampleLetter
from indexer.parse.normalise import default_normaliser

LEAST = dict.fromkeys(FIELDS, 0.99) | {"quantity": 0.95}

UNKNOWN = [
    "Zorbalix 40mg #30",
    "Fluxomended quartz therapy",
    "Moonlight immersion sessions x 6",
    "Glimmer-wave resonance chamber",
    "Tarvexa SR tablets",
    "Oscillating bramble wrap, purchase",
    "Neuro-harmonic tea ceremony",
    "Quandolin gel 2%",
    "Hypercrystal array, left knee",
    "Blortz procedure at L4-5",
    "Unspecified item",
    "Services as requested",
    "The claims administrator denied this request in March.",
    "Pain is rated eight out of ten and wakes the worker at night.",
    "She returned to modified duty for two months.",
    "He lives with his wife and two children in a house with stairs.",
    "No red flags were noted and strength was normal.",
    "There is tenderness over the joint line and motion is limited.",
]


@pytest.fixture(scope="module")
def judged(samples: tuple[SampleLetter, ...]) -> tuple[Judged, ...]:
    return judge(samples)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_as_expected(judged: tuple[Judged, ...], field: str) -> None:
    assert share(judged, field) >= LEAST[field], miss_lines(misses(judged, field))


def test_every_field_of_every_item_is_judged(judged: tuple[Judged, ...], samples: tuple[SampleLetter, ...]) -> None:
    assert len(judged) == len(FIELDS) * sum(len(letter.items) for letter in samples)


def test_a_wrong_expectation_is_a_miss(samples: tuple[SampleLetter, ...]) -> None:
    letter = samples[0]
    wrong = msgspec.structs.replace(letter.items[0], concepts=("moonlight",), depends_on=2)
    changed = msgspec.structs.replace(letter, items=(wrong, *letter.items[1:]))
    found = judge([changed])
    assert [one.field for one in misses(found)] == ["concepts", "depends_on"]
    assert share(found, "concepts") == pytest.approx(1 - 1 / len(letter.items))
    assert "moonlight" in miss_lines(misses(found, "concepts"))


def test_nothing_judged_is_nothing_wrong() -> None:
    assert share((), "concepts") == 1.0


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_treatment_stays_empty(text: str) -> None:
    assert default_normaliser().treatments(text) == ()


def test_the_program_prints_each_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--misses"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[: len(FIELDS)]] == list(FIELDS)
    assert all(line.split()[-1].isdigit() for line in printed[: len(FIELDS)])


def test_an_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--wrong"])
    assert caught.value.code == 2
    assert "--wrong" in capsys.readouterr().err
