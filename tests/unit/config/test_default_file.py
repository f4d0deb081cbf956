"""config/default.toml names and explains exactly the settings that exist, with values that can be used."""

import re
import tomllib

import pytest
from pydantic import BaseModel

from config.resources import DEFAULT_SETTINGS
from config.settings import Settings

LINES = DEFAULT_SETTINGS.read_text(encoding="utf-8").splitlines()
VALUES = tomllib.loads("\n".join(LINES))
KEYS = [(number, match[1]) for number, line in enumerate(LINES) if (match := re.match(r"(\w+) *=", line))]


def test_the_file_and_the_types_name_the_same_settings() -> None:
    typed = {}
    for section, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        typed[section] = list(field.annotation.model_fields)
    assert {section: list(part) for section, part in VALUES.items()} == typed


def test_no_setting_has_a_second_default_in_the_code() -> None:
    for field in Settings.model_fields.values():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        assert all(setting.is_required() for setting in field.annotation.model_fields.values())


@pytest.mark.parametrize(("number", "key"), KEYS, ids=[key for _, key in KEYS])
def test_every_setting_has_a_comment_above_it(number: int, key: str) -> None:
    above = LINES[number - 1]
    assert above.startswith("# "), key
    assert len(above) > 15, key
    assert "=" not in above.split("# ")[1].split(" ")[0]


def test_the_test_above_sees_every_setting() -> None:
    assert len(KEYS) == sum(len(part) for part in VALUES.values())


def test_nothing_is_downloaded_and_only_loopback_is_bound_unless_told() -> None:
    assert VALUES["model"]["allow_download"] is False
    assert VALUES["server"]["host"] == "127.0.0.1"
