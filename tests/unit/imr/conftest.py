"""The program in this process, with the stand-in model."""

import pytest

from tests.support.program import Imr, program


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Imr:
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    return program(capsys)
