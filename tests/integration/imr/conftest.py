"""The program in this process over the sample index, with the stand-in model."""

from pathlib import Path

import pytest

from config.settings import Settings
from tests.support.program import Imr, program


@pytest.fixture
def imr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Imr:
    """A program that finds no index unless it is named one, with the stand-in model."""
    monkeypatch.setenv("IMR_MODEL_KIND", "hashing")
    monkeypatch.setenv("IMR_INDEX_DIR", str(tmp_path / "index"))
    return program(capsys)


@pytest.fixture
def sample_dir(sample_settings: Settings) -> Path:
    """The folder of the sample index."""
    return sample_settings.index.dir
