"""How understanding is scored, and the floor that it holds."""

from pathlib import Path

import pytest

from eval.lines import DatasetFault
from eval.requests.score import HELD_OUT, REQUESTS, ExpectedItem, Request, load_requests, main, measures, read, table
from indexer.parse.normalise import default_normaliser

NORMALISER = default_normaliser()
MOST = 12
TEXT = "Requested: Ultram 50mg #60; MRI of the left knee"
TRAMADOL = ExpectedItem("tramadol", ("tramadol",), quantity="60", dose="50 mg")
KNEE = ExpectedItem("knee MRI", ("magnetic resonance imaging",), body_regions=("knee",), laterality="left")


def rates(*items: ExpectedItem) -> dict[str, float]:
    reading = read(Request("r1", "rfa", TEXT, items), NORMALISER, MOST)
    return {name: share.rate for name, share in measures([reading]).items()}


def test_all_found_and_read() -> None:
    assert set(rates(TRAMADOL, KNEE).values()) == {1.0}


def test_what_was_too_much_costs_precision() -> None:
    found = rates(TRAMADOL)
    assert (found["recall"], found["precision"], found["whole requests"]) == (1.0, 0.5, 0.0)


def test_what_was_missed_costs_recall() -> None:
    found = rates(TRAMADOL, KNEE, ExpectedItem("acupuncture", ("acupuncture",)))
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["precision"] == 1.0


def test_an_understood_item_answers_for_one_expected_item() -> None:
    assert rates(TRAMADOL, TRAMADOL)["recall"] == 0.5


def test_wrong_details_cost_their_own_figure() -> None:
    wrong = ExpectedItem("knee MRI", ("mri",), body_regions=("hip",), laterality="right", quantity="3", dose="5%")
    found = rates(TRAMADOL, wrong)
    assert found["recall"] == 1.0
    assert (found["regions"], found["laterality"], found["quantity"], found["dose"]) == (0.0, 0.0, 0.5, 0.5)


def test_the_written_requests_of_the_odd_half_are_understood() -> None:
    readings = [read(request, NORMALISER, MOST) for request in load_requests(REQUESTS, "odd")]
    figures = measures(readings)
    assert len(readings) == 60
    # Measured 0.907 and 0.939; the half that the cues were written against.
    assert figures["recall"].rate >= 0.88
    assert figures["precision"].rate >= 0.88
    assert "ur_denial" in table(readings)


def test_the_written_requests_of_the_even_half_are_understood() -> None:
    figures = measures([read(request, NORMALISER, MOST) for request in load_requests(REQUESTS, "even")])
    # Measured 0.825, 0.777, 0.83 and 0.69; the signs were fitted to both halves. They reached 0.868 and 0.839 while
    # they weighed long texts as well, which cost .115 nDCG on the shared narratives in other wordings (README there).
    assert figures["recall"].rate >= 0.82
    assert figures["precision"].rate >= 0.77
    assert figures["regions"].rate >= 0.8
    assert figures["laterality"].rate >= 0.65


def test_requests_that_nobody_read_are_understood() -> None:
    figures = measures([read(request, NORMALISER, MOST) for request in load_requests(HELD_OUT)])
    assert figures["recall"].n == 139
    assert figures["recall"].rate >= 0.70
    assert figures["precision"].rate >= 0.75


def test_the_halves_are_the_whole() -> None:
    odd, even, both = (load_requests(REQUESTS, half) for half in ("odd", "even", "both"))
    assert {request.id for request in odd} | {request.id for request in even} == {request.id for request in both}
    assert len(odd) + len(even) == len(both) == 120


def test_a_broken_file_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "requests.jsonl"
    broken.write_text('{"_id": "r1"}\n', encoding="utf-8")
    with pytest.raises(DatasetFault, match="line 1"):
        load_requests(broken)
    assert main([str(broken)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
