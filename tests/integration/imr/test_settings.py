"""Settings at fault are told in one line before anything is read."""

from pathlib import Path

import pytest

from tests.support.program import Imr


def test_a_missing_file(imr: Imr, tmp_path: Path) -> None:
    told = imr("--config", tmp_path / "absent.toml", "status").fault
    assert told == f"settings file {tmp_path / 'absent.toml'}: No such file or directory"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("index = [", "not TOML"),
        ("dir = 'x'", "dir must be a section"),
        ("[index]\nfolder = 'x'", "setting index.folder"),
        ("[server]\nport = 'high'", "setting server.port"),
        ("[server]\nport = 99999", "setting server.port"),
        ("[models]\nkind = 'x'", "setting models"),
    ],
)
def test_a_bad_file(content: str, told: str, imr: Imr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    assert told in imr("--config", file, "status").fault
    monkeypatch.setenv("IMR_CONFIG", str(file))
    assert told in imr("status").fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMR_SERVER_PORT", "high"),
        ("IMR_MODEL_KIND", "crystal"),
        ("IMR_INDEX_FOLDER", "x"),
        ("IMR_SEARCH_RRF_K", "0"),
    ],
)
def test_a_bad_environment_variable(name: str, value: str, imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert name.removeprefix("IMR_").lower().replace("_", ".", 1) in imr("status").fault
