"""Settings: file, then environment, then flags; whatever is wrong is one line that names the setting."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.errors import SettingsFault
from config.settings import Settings, Values, load_settings


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write a settings file."""

    def write(text: str | bytes) -> Path:
        path = tmp_path / "mine.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refused(file: Path | None = None, flags: Values | None = None) -> str:
    """Return the one line with which settings are refused."""
    with pytest.raises(SettingsFault) as caught:
        load_settings(file, flags)
    said = str(caught.value)
    assert "\n" not in said
    assert "pydantic" not in said
    return said


def test_the_defaults_alone_are_whole() -> None:
    settings = load_settings()
    assert settings.index.dir == Path("index")
    assert settings.search.max_request_chars == 200000
    assert settings.server.port == 8000


def test_the_environment_wins_over_the_file_and_flags_over_both(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("[search]\nmax_request_chars = 10\ncandidates = 20\nmax_items = 3\n")
    monkeypatch.setenv("IMR_SEARCH_CANDIDATES", "30")
    monkeypatch.setenv("IMR_SEARCH_MAX_ITEMS", "4")
    search = load_settings(file, {"search": {"max_items": 5, "max_request_chars": None}}).search
    assert (search.max_request_chars, search.candidates, search.max_items) == (10, 30, 5)


def test_a_file_changes_only_what_it_names(write: Any) -> None:
    changed, plain = load_settings(write("[server]\nport = 9\n")), load_settings()
    assert changed.server.port == 9
    assert changed.model_copy(update={"server": plain.server}) == plain
    assert changed.server.model_copy(update={"port": plain.server.port}) == plain.server


def test_the_environment_may_name_the_file(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CONFIG", str(write("[search]\nmax_request_chars = 11\n")))
    assert load_settings().search.max_request_chars == 11


def test_the_file_that_is_given_wins_over_the_one_the_environment_names(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_CONFIG", str(tmp_path / "missing.toml"))
    assert load_settings(write("[search]\nmax_request_chars = 12\n")).search.max_request_chars == 12


def test_an_empty_name_of_a_file_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CONFIG", "")
    assert load_settings() == load_settings(None, {})


def test_the_environment_s_words_become_the_settings_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_INDEX_DIR", "/elsewhere")
    monkeypatch.setenv("IMR_MODEL_ALLOW_DOWNLOAD", "true")
    monkeypatch.setenv("IMR_READING_TIMEOUT_SECONDS", "1.5")
    settings = load_settings()
    assert settings.index.dir == Path("/elsewhere")
    assert settings.model.allow_download is True
    assert settings.reading.timeout_seconds == 1.5


def test_variables_of_no_section_are_somebody_else_s(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load_settings()
    for name in ("IMR_DEBUG", "IMR_", "IMR_INDEX", "XIMR_INDEX_DIR", "IMR_OTHER_THING"):
        monkeypatch.setenv(name, "1")
    assert load_settings() == plain


def test_settings_never_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.search.max_request_chars = 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[search]\nmax_item = 1\n", "search.max_item"),
        ("[serch]\nmax_request_chars = 1\n", "serch"),
        ("[search]\nmax_request_chars = 'many'\n", "search.max_request_chars"),
        ("[search]\nmax_request_chars = 1.5\n", "search.max_request_chars"),
        ("[search]\nmax_request_chars = [1]\n", "search.max_request_chars"),
        ("[search]\nmax_request_chars = 0\n", "search.max_request_chars"),
        ("[search]\nmax_items = 101\n", "search.max_items"),
        ("[search]\ndense_weight = -0.1\n", "search.dense_weight"),
        ("[search]\ndense_weight = inf\n", "search.dense_weight"),
        ("[coverage]\ncalibration = 1\n", "coverage.calibration"),
        ("[reading]\ntimeout_seconds = 0\n", "reading.timeout_seconds"),
        ("[server]\nport = 65536\n", "server.port"),
        ("[server]\nhost = 1\n", "server.host"),
        ("[model]\nkind = 'other'\n", "model.kind"),
        ("[index]\nengine = 'oracle'\n", "index.engine"),
        ("[index]\ndir = 3\n", "index.dir"),
        ("[model]\nallow_download = 'perhaps'\n", "model.allow_download"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(write: Any, text: str, named: str) -> None:
    assert named in refused(write(text))


@pytest.mark.parametrize(
    "text",
    [
        "max_request_chars = 1\n",
        "[[search]]\nmax_request_chars = 1\n",
        "[search\n",
        "[search]\nmax_request_chars =\n",
        b"\xff\xfe[search]\n",
        "a = 1\na = 2\n",
    ],
)
def test_a_file_that_is_no_settings_file_is_named(write: Any, text: str | bytes) -> None:
    file = write(text)
    assert str(file) in refused(file)


def test_a_file_that_is_missing_or_a_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No such file" in refused(tmp_path / "none.toml")
    assert str(tmp_path) in refused(tmp_path)
    monkeypatch.setenv("IMR_CONFIG", str(tmp_path / "named.toml"))
    assert "named.toml" in refused()


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("IMR_SEARCH_MAX_ITEM", "1", "search.max_item"),
        ("IMR_SEARCH_MAX_REQUEST_CHARS", "many", "search.max_request_chars"),
        ("IMR_SERVER_PORT", "-1", "server.port"),
        ("IMR_SERVER_PORT", "", "server.port"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert named in refused()


def test_a_flag_that_cannot_be_used_is_named() -> None:
    assert "server.port" in refused(flags={"server": {"port": "x\ny"}})
    assert "nothing" in refused(flags={"nothing": {"at": "all"}})


@given(st.integers())
def test_a_port_is_taken_exactly_within_its_range(port: int) -> None:
    flags: Values = {"server": {"port": port}}
    if 0 <= port <= 65535:
        assert load_settings(flags=flags).server.port == port
    else:
        assert str(port) in refused(flags=flags)


def test_loading_settings_twice_gives_equal_settings() -> None:
    assert load_settings() == load_settings()
    assert isinstance(load_settings(), Settings)
