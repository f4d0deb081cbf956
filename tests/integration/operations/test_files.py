"""The files that others run: what they name is there, and what they promise holds."""

import configparser
import re
from pathlib import Path

import pytest

from config.settings import PREFIX, load_settings
from service.web.process import SPARE_SECONDS
from tests.integration.operations.conftest import ROOT

CONTAINER = ROOT / "Containerfile"
DEPLOYED = [CONTAINER, *sorted((ROOT / "deploy").iterdir())]


def unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment] - the names are written as systemd has them
    parser.read(ROOT / "deploy" / name)
    return parser


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_variables_name_settings(path: Path) -> None:
    values = load_settings().model_dump()
    known = {f"{PREFIX}{section}_{setting}".upper() for section, part in values.items() for setting in part}
    assert set(re.findall(r"\bIMR_[A-Z_]*[A-Z]\b", path.read_text())) <= known


def test_systemd_waits_longer_than_the_server_takes_to_stop() -> None:
    seconds = int(unit("imr-serve.service")["Service"]["TimeoutStopSec"])
    assert seconds > load_settings().server.shutdown_seconds + SPARE_SECONDS


@pytest.mark.parametrize("name", ["imr-serve.service", "imr-index.service"])
def test_units_run_as_nobody_special(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] == "imr"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"


def test_the_container_names_no_registry_and_no_root() -> None:
    text = CONTAINER.read_text()
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert images == ["python:3.11-slim"] * 2
    assert re.search(r"^USER (?!0\b|root\b)", text, re.MULTILINE)
    assert "--constraint constraints.txt" in text
    assert "HEALTHCHECK" in text


def test_the_container_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER.read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert {"config", "indexer", "service", "eval", "imr"} <= names
    for name in names:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in (ROOT / ".containerignore").read_text().splitlines()
