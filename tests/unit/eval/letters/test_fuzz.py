"""Damaged PDFs through the reader."""

import random

import pytest

from config.settings import load_settings
from eval.letters.fuzz import fuzz, main, mutate
from eval.letters.pdf import render_pdf
from eval.letters.source import load_samples


def test_damage_is_repeatable_and_does_damage() -> None:
    content = render_pdf(load_samples()[0])
    once = [mutate(content, random.Random(7)) for _ in range(2)]  # noqa: S311 - repeatable damage
    assert once[0] == once[1]
    assert once[0] != content


def test_each_damaged_letter_is_read_or_rejected_with_one_line() -> None:
    report = fuzz(60, load_settings(flags={"reading": {"timeout_seconds": 20}}).reading)
    assert report.files == report.read + report.rejected == 60
    assert report.broken == ()
    assert report.read > 0
    assert report.rejected > 0


def test_the_command_says_what_became_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["8"]) == 0
    assert capsys.readouterr().out.startswith("8 mutated PDFs in ")
