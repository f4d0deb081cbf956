"""Options that commands share: filters made of them, text read from a file or standard input, settings."""

import datetime as dt
import io
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from config.errors import RequestFault
from imr.options import filter_options, filters_from, read_text, settings_from
from indexer.filters import NO_FILTERS, Filters


def chosen(*arguments: str) -> Filters:
    made: list[Filters] = []

    @click.command()
    @filter_options
    def command(**options: object) -> None:
        made.append(filters_from(options))

    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return made[0]


def test_no_option_no_filter() -> None:
    assert chosen() == NO_FILTERS


def test_every_option_reaches_its_filter() -> None:
    found = chosen(
        *("--outcome", "Upheld", "--treatment", "Ultram", "--treatment", "Norco", "--category", "Surgery"),
        *("--body-region", "knee", "--specialty", "Pain Management", "--guideline", "ODG"),
        *("--decision-from", "2014-01-02", "--decision-to", "2015-03-04", "--exclude-case", "CM20-1"),
    )
    assert found == Filters(
        outcome=("upheld",),
        treatment=("Ultram", "Norco"),
        category=("Surgery",),
        body_region=("knee",),
        specialty=("Pain Management",),
        guideline=("ODG",),
        decision_from=dt.date(2014, 1, 2),
        decision_to=dt.date(2015, 3, 4),
        exclude_cases=("CM20-1",),
    )


def test_text_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "request.txt").write_text("Norco f\u00fcr J.", encoding="utf-8")
    assert read_text(str(tmp_path / "request.txt")) == "Norco f\u00fcr J."


def test_text_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Norco f\u00fcr J.".encode())))
    assert read_text("-") == "Norco f\u00fcr J."


def test_what_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "request.txt").write_bytes(b"caf\xe9")
    with pytest.raises(RequestFault, match=r"request\.txt: not UTF-8 text"):
        read_text(str(tmp_path / "request.txt"))
    with pytest.raises(RequestFault, match=r"absent: No such file"):
        read_text(str(tmp_path / "absent"))
    with pytest.raises(RequestFault, match="Is a directory"):
        read_text(str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    with pytest.raises(RequestFault, match="-: not UTF-8 text"):
        read_text("-")


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[index]\ndir = "/from/file"\n[server]\nport = 1\nhost = "file"\n')
    monkeypatch.setenv("IMR_SERVER_PORT", "2")
    monkeypatch.setenv("IMR_INDEX_DIR", "/from/environment")
    with click.Context(click.Command("imr"), obj=file) as context:
        settings = settings_from(context, Path("/from/flag"), {"server": {"host": None, "port": None}})
        assert settings.index.dir == Path("/from/flag")
        assert (settings.server.host, settings.server.port) == ("file", 2)
        assert settings_from(context).index.dir == Path("/from/environment")
        assert settings_from(context, None, {"server": {"port": 3}}).server.port == 3
