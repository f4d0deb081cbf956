"""Weights fitted to requests with what they ask for."""

import pytest

from eval.requests.fit import Example, examples, fit, main, without_cues
from eval.requests.score import ExpectedItem, Request
from indexer.parse.normalise import default_normaliser

TEXT = "Requested: Norco #30\n\nShe failed naproxen last year.\n"
NORCO = ExpectedItem("Norco", ("hydrocodone/acetaminophen",))


def test_a_request_gives_an_example_for_each_treatment() -> None:
    found = examples([Request("r1", "rfa", TEXT, (NORCO,))], default_normaliser())
    assert {next(iter(example.concepts)): example.asked for example in found} == {
        "hydrocodone/acetaminophen": True,
        "naproxen": False,
    }


def test_a_sign_of_the_asked_weighs_up_and_one_of_the_rest_down() -> None:
    kinds = [("asks", True), ("failed", False)] * 10
    found = [Example(f"r{n}", frozenset(), (frozenset([sign]),), asked) for n, (sign, asked) in enumerate(kinds)]
    fitted = fit(found)
    assert fitted.weights["asks"] > 0 > fitted.weights["failed"]


def test_without_cues_nothing_of_theirs_is_left() -> None:
    example = Example("r1", frozenset(), (frozenset({"cue: strong", "chosen by cues", "counted"}),), asked=True)
    assert without_cues(example).signs == (frozenset({"counted"}),)


def test_a_missing_file_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.jsonl"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
