"""Private files and folders: written whole or not at all, read only where nobody else could."""

import os
import stat
import threading
from pathlib import Path

import pytest

from config.errors import SettingsFault
from service.access.private import private_folder, read_private, secret_in, write_private


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    write_private(file, b"one")
    write_private(file, b"two")
    assert read_private(file) == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    write_private(file, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SettingsFault, match="No space left on device"):
        write_private(file, b"new")
    assert read_private(file) == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_another_user_s_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write_private(file, b"x")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(SettingsFault, match="another user"):
        read_private(file)


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="directory"):
        read_private(tmp_path)


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(secret_in(file))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_that_is_none(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", b"no hex")
    with pytest.raises(SettingsFault, match="holds no secret"):
        secret_in(tmp_path / "secret")


def test_a_private_folder(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "folder")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert private_folder(folder) == folder
    folder.chmod(0o750)
    with pytest.raises(SettingsFault, match="chmod 700"):
        private_folder(folder)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsFault, match="exists"):
        private_folder(tmp_path / "file")
