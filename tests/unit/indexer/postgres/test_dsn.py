"""Connection strings: refused without being repeated, told without passwords."""

import pytest
from pydantic import SecretStr

from config.errors import SettingsFault
from config.settings import load_settings
from indexer.postgres.dsn import checked, told

SECRET = "hunter2"  # noqa: S105 - what must not be seen


@pytest.mark.parametrize("dsn", ["", "  ", f"nonsense password={SECRET}", f"postgresql://u:{SECRET}@[bad"])
def test_what_is_no_connection_string_is_refused_unseen(dsn: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        checked(SecretStr(dsn), "dsn")
    assert "index.dsn" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        (f"host=db port=5433 dbname=imr user=u password={SECRET} sslmode=require", "host=db port=5433 dbname=imr"),
        (f"postgresql://u:{SECRET}@db:5433/imr?sslmode=require", "host=db port=5433 dbname=imr"),
        ("user=u", "the local server"),
    ],
)
def test_a_server_is_told_by_place_alone(dsn: str, expected: str) -> None:
    assert checked(SecretStr(dsn), "dsn") == dsn
    assert told(dsn) == expected


def test_settings_hide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_INDEX_DSN", f"host=a password={SECRET}")
    monkeypatch.setenv("IMR_INDEX_READ_DSNS", f"host=b password={SECRET}; host=c,d ;")
    settings = load_settings()
    assert SECRET not in repr(settings)
    assert SECRET not in settings.model_dump_json()
    assert [one.get_secret_value() for one in settings.index.read_dsns] == [f"host=b password={SECRET}", "host=c,d"]
    with pytest.raises(SettingsFault) as caught:
        load_settings(flags={"index": {"read_dsns": [SECRET, 3]}})
    assert "index.read_dsns" in str(caught.value)
    assert SECRET not in str(caught.value)
