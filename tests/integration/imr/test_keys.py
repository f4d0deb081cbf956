"""`imr keys`: a key is shown once, listed by name, revoked by name; and who refuses to serve without one."""

from pathlib import Path

import pytest

from service.access.ring import KeyRing
from tests.support.program import Imr


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys"
    monkeypatch.setenv("IMR_SERVER_KEYS", str(path))
    return path


def test_made_listed_and_revoked(imr: Imr, file: Path) -> None:
    made = imr("keys", "add", "clinic", "--days", "30")
    assert (made.code, made.err) == (0, "")
    key = made.out.strip()
    found = KeyRing(file).find(key)
    assert found
    assert found.name == "clinic"
    imr("keys", "add", "office")
    listed = imr("keys", "list").out
    assert [line.split()[0] for line in listed.splitlines()] == ["clinic", "office"]
    assert "until revoked" in listed
    assert key.rpartition("_")[2] not in listed
    assert imr("keys", "revoke", "clinic").out == f"revoked clinic ({found.id})\n"
    assert [line.split()[0] for line in imr("keys", "list").out.splitlines()] == ["office"]


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["add", "a b"], "a key's name is 1 to 64 letters, digits and ._@- and begins with a letter or digit"),
        (["add", "a", "--days", "0"], "a key is good for 1 to 36500 days"),
        (["revoke", "nobody"], "there is no key 'nobody'"),
    ],
)
def test_what_cannot_be_done(imr: Imr, arguments: list[str], line: str) -> None:
    assert imr("keys", *arguments).fault == line


def test_without_a_file_to_keep_them_in(imr: Imr) -> None:
    assert "IMR_SERVER_KEYS" in imr("keys", "list").fault


def test_another_address_is_not_served_without_keys(imr: Imr, sample_dir: Path) -> None:
    told = imr("serve", "--host", "0.0.0.0", "--port", "0", "--index", sample_dir).fault  # noqa: S104 - refused
    assert told.startswith("0.0.0.0 is not loopback, so requests need keys")


def test_nor_with_a_file_that_others_may_read(imr: Imr, sample_dir: Path, file: Path) -> None:
    imr("keys", "add", "one")
    file.chmod(0o644)
    assert "chmod 600" in imr("serve", "--port", "0", "--index", sample_dir).fault
