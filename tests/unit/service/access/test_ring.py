"""Who needs a key, and that a running server knows of every change."""

from pathlib import Path

import pytest

from config.errors import SettingsFault
from config.settings import ServerSettings, load_settings
from service.access.keys import add_key, revoke_key
from service.access.ring import KeyRing, is_loopback, keys_needed


def server(**changed: str) -> ServerSettings:
    return load_settings(flags={"server": changed}).server


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback_needs_no_key(host: str) -> None:
    assert is_loopback(host)
    assert keys_needed(server(host=host)) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.5", "example.org", "localhost.example", "fe80::1"])  # noqa: S104 - refused
def test_any_other_address_needs_keys(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(SettingsFault, match=r"not loopback, so requests need keys.*IMR_SERVER_KEYS.*imr keys add"):
        keys_needed(server(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.5"])
def test_where_a_file_is_set_it_must_hold_a_key(host: str, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with pytest.raises(SettingsFault, match="holds no key"):
        keys_needed(server(host=host, keys=str(file)))
    add_key(file, "one")
    assert keys_needed(server(host=host, keys=str(file)))
    revoke_key(file, "one")
    with pytest.raises(SettingsFault, match="holds no key"):
        keys_needed(server(host=host, keys=str(file)))


def test_changes_are_known_at_the_next_look(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    first = add_key(file, "first")
    ring = KeyRing(file)
    known = ring.find(first)
    assert known
    second = add_key(file, "second")
    assert ring.find(second)
    revoke_key(file, "first")
    assert ring.find(first) is None
    assert ring.by_id(known.id) is None
    assert ring.find(second)


def test_no_key_is_good_once_the_file_cannot_be_trusted(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key = add_key(file, "one")
    ring = KeyRing(file)
    file.chmod(0o644)
    with pytest.raises(SettingsFault, match="others may"):
        ring.find(key)
    with pytest.raises(SettingsFault, match="others may"):
        ring.by_id(key[4:12])
    file.chmod(0o600)
    assert ring.find(key)
    file.unlink()
    assert ring.find(key) is None
