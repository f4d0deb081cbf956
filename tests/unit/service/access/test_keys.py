"""Keys: random, kept as hashes, found only when they are right, alive and whole."""

import re
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Fault, RequestFault, SettingsFault
from service.access.keys import Keys, add_key, file_of_keys, read_keys, revoke_key

NOW = datetime.now(UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_a_key_has_192_random_bits_behind_a_prefix_and_an_id(file: Path) -> None:
    made = [add_key(file, f"k{number}") for number in range(20)]
    assert all(re.fullmatch(r"imr_[0-9a-f]{8}_[0-9a-f]{48}", key) for key in made)
    assert len({key.rpartition("_")[2] for key in made}) == 20


def test_the_file_is_the_owner_s_alone_and_holds_no_key(file: Path) -> None:
    key = add_key(file, "clinic")
    content = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in content
    assert key.rpartition("_")[2] not in content
    assert [path.name for path in file.parent.iterdir()] == ["keys"]


def test_a_key_is_found_and_no_other(file: Path) -> None:
    one, other = add_key(file, "one"), add_key(file, "other")
    keys = read_keys(file)
    assert [key.name for presented in (one, other) if (key := keys.find(presented, NOW))] == ["one", "other"]
    mixed = one.rpartition("_")[0] + "_" + other.rpartition("_")[2]
    for wrong in (mixed, one[:-1], one + "0", one.upper(), f" {one}", one.removeprefix("imr_"), "imr_", ""):
        assert keys.find(wrong, NOW) is None, wrong


@given(st.text())
def test_any_text_is_looked_up(presented: str) -> None:
    assert Keys().find(presented, NOW) is None


def test_a_key_expires(file: Path) -> None:
    key = add_key(file, "short", days=2)
    keys = read_keys(file)
    made = keys.keys[0].made
    assert keys.find(key, made + timedelta(days=2, seconds=-1))
    assert keys.find(key, made + timedelta(days=2)) is None
    assert keys.by_id(keys.keys[0].id, made + timedelta(days=2)) is None


def test_a_revoked_key_is_gone_and_its_name_free(file: Path) -> None:
    first, kept = add_key(file, "clinic"), add_key(file, "other")
    assert revoke_key(file, "clinic").name == "clinic"
    again = add_key(file, "clinic")
    keys = read_keys(file)
    assert keys.find(first, NOW) is None
    assert keys.find(kept, NOW)
    assert keys.find(again, NOW)


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "a\n", "a/b", "é", "x" * 65])
def test_names_that_are_none(file: Path, name: str) -> None:
    with pytest.raises(RequestFault, match="name is 1 to 64"):
        add_key(file, name)
    assert not file.exists()


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_days_out_of_range(file: Path, days: int) -> None:
    with pytest.raises(RequestFault, match="1 to 36500 days"):
        add_key(file, "one", days)


def test_a_name_is_taken_once_and_revoked_once(file: Path) -> None:
    add_key(file, "one")
    with pytest.raises(RequestFault, match="'one' already"):
        add_key(file, "one")
    revoke_key(file, "one")
    with pytest.raises(RequestFault, match="no key 'one'"):
        revoke_key(file, "one")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"keys": [{"id": 1}]}', b"\xff", b'{"keys": [], "version": 1, "more": 1}']
)
def test_a_file_of_something_else_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SettingsFault, match="no file of keys"):
        read_keys(file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_file_that_others_may_use_is_refused(file: Path, mode: int) -> None:
    add_key(file, "one")
    file.chmod(mode)
    with pytest.raises(SettingsFault, match="chmod 600"):
        read_keys(file)
    with pytest.raises(SettingsFault, match="chmod 600"):
        add_key(file, "two")


def test_keys_made_at_once_are_all_kept(file: Path) -> None:
    threads = [threading.Thread(target=add_key, args=(file, f"k{number}")) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name for key in read_keys(file).keys} == {f"k{number}" for number in range(12)}


def test_without_a_setting_there_is_no_file() -> None:
    with pytest.raises(Fault, match="IMR_SERVER_KEYS"):
        file_of_keys(None)
