"""The reader is right on the samples, and the measure would say so if it were not."""

import pytest

from eval.letters import accuracy
from eval.letters.accuracy import Accuracy, Miss, Tally, main, measure, table
from eval.letters.comparison import FIELDS, compare
from eval.letters.expected import expected
from eval.letters.forms import FORMS, expected_in, rendered
from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter
from eval.letters.source import load_samples
from indexer.letters import parse_bytes
from indexer.records import Determination

ITEM_FIELDS = ("title", "request", "item outcome", "rationale")
# Every tenth letter, and the one with the most items.
SOME = (*load_samples()[::10], max(load_samples(), key=lambda letter: len(letter.items)))


@pytest.fixture(scope="module")
def measured() -> Accuracy:
    return measure(SOME)


@pytest.mark.parametrize("field", ["read", *FIELDS])
def test_samples_are_read_rightly_in_every_layout_and_form(measured: Accuracy, field: str) -> None:
    wrong = [miss for miss in measured.misses if miss.field == field]
    # Which item depends on which takes medical sense that rules have only in part.
    least = 0.95 if field == "depends on" else 1.0
    share = measured.share(field)
    assert share is not None
    assert share >= least, wrong[:5]


def test_every_field_is_counted_everywhere(measured: Accuracy) -> None:
    for field in ITEM_FIELDS:
        counts = {tally.n for tally in measured.tallies if tally.field == field}
        assert counts == {sum(len(letter.items) for letter in SOME)}
    assert {(tally.layout, tally.form) for tally in measured.tallies} == {(a, b) for a in LAYOUTS for b in FORMS}


def test_a_wrong_reader_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = parse_bytes

    def first_item_alone(*given: object) -> Determination:
        letter = right(*given)  # type: ignore[arg-type]
        return Determination(
            **{name: getattr(letter, name) for name in letter.__struct_fields__} | {"items": letter.items[:1]}
        )

    monkeypatch.setattr(accuracy, "parse_bytes", first_item_alone)
    letters = [letter for letter in SOME if len(letter.items) > 1][:2]
    found = measure(letters, ["layout-2"], ["text"])
    assert found.share("item count") == found.share("rationale") == 0.0
    assert found.share("case number") == 1.0
    assert {"item count", *ITEM_FIELDS} <= {miss.field for miss in found.misses}


def test_a_rejected_letter_is_wrong_in_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "rendered", lambda *_: b"no letter at all")
    found = measure(SOME[:1], ["layout-3"], ["text"])
    assert {found.share(field) for field in ("read", *FIELDS)} == {0.0}
    assert "unknown layout" in found.misses[0].read


def test_what_a_cut_leaves_is_the_beginning_of_the_last_rationale(samples: tuple[SampleLetter, ...]) -> None:
    for seed, letter in enumerate(samples[:30]):
        for layout in LAYOUTS:
            whole = expected(letter, layout).items
            left = expected_in(letter, layout, "cut_off", rendered(letter, layout, "cut_off", seed)).items
            assert whole[-1].rationale.startswith(left[-1].rationale)
            assert 0 < len(left[-1].rationale) < len(whole[-1].rationale)
            assert [item.title for item in left] == [item.title for item in whole]


def test_fields_are_compared_without_regard_to_white_space(samples: tuple[SampleLetter, ...]) -> None:
    fields = [field for field, _, _ in compare(expected(samples[0]), None)]
    assert set(fields) == set(FIELDS)


def test_the_table_has_a_row_for_each_field() -> None:
    found = Accuracy((Tally("title", "layout-2", "pdf", 1, 4), Tally("title", "layout-3", "text", 2, 2)), ())
    rows = [line.split() for line in table(found).splitlines() if line.startswith("title")]
    assert rows == [["title", "50.00", "25.00", "100.00"], ["title", "25.00", "100.00"]]
    assert found.share("title", layout="layout-1") is None


def test_the_command_prints_the_table_and_the_misses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    miss = Miss("title", "layout-2", "pdf", "SAMPLE-1", "wanted this", "read that")
    monkeypatch.setattr(accuracy, "measure", lambda *_: Accuracy((Tally("title", "layout-2", "pdf", 0, 1),), (miss,)))
    assert main(["--layout", "layout-2", "--misses"]) == 0
    printed = capsys.readouterr().out
    assert "wanted this" in printed
    assert "0.00" in printed
