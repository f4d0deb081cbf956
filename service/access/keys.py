"""API keys: how one is made, what is kept of it, and the file that keeps it.

A key is 192 random bits, so a fast hash keeps it as well as a slow one: its sha256 is what is kept.
"""

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from config.errors import Fault, RequestFault, SettingsFault
from indexer.records import Record
from service.access.private import read_private, write_private

PREFIX = "imr_"
_ID_BYTES = 4
_SECRET_BYTES = 24
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_MOST_DAYS = 36_500
# What an unknown key is held against, so that it takes the time of a known one.
_NO_DIGEST = "0" * 64


class Key(Record, frozen=True):
    """What is kept of a key: whose it is and its hash."""

    id: str
    name: str
    sha256: str
    made: datetime
    expires: datetime | None

    def live(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < self.expires


class Keys(Record, frozen=True):
    """All keys that were made and not revoked."""

    keys: tuple[Key, ...] = ()
    version: int = 1

    def find(self, presented: str, now: datetime) -> Key | None:
        """Return the live key that was presented, if it is one; takes as long for a wrong one as for a right one."""
        found = self.by_id(presented[len(PREFIX) :].partition("_")[0], now)
        same = hmac.compare_digest(_digest(presented), found.sha256 if found else _NO_DIGEST)
        return found if same else None

    def by_id(self, key_id: str, now: datetime) -> Key | None:
        """Return the live key of an id."""
        return next((key for key in self.keys if key.id == key_id and key.live(now)), None)


def read_keys(path: Path) -> Keys:
    """Return the keys of a file; none where there is no file.

    Raises:
        SettingsFault: the file cannot be read or used, or others may read or write it.
    """
    try:
        return msgspec.json.decode(read_private(path), type=Keys)
    except FileNotFoundError:
        return Keys()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SettingsFault(f"{path}: is no file of keys that `imr keys` made") from None


def add_key(path: Path, name: str, days: int | None = None) -> str:
    """Make a key and return it; what the file keeps of it does not tell it again.

    Raises:
        RequestFault: the name is taken or cannot be one.
        SettingsFault: the file cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise RequestFault("a key's name is 1 to 64 letters, digits and ._@- and begins with a letter or digit")
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise RequestFault(f"a key is good for 1 to {_MOST_DAYS} days")
    now = datetime.now(UTC).replace(microsecond=0)
    with _changing(path):
        kept = read_keys(path)
        if any(key.name == name for key in kept.keys):
            raise RequestFault(f"there is a key {name!r} already; revoke it first, or choose another name")
        key_id = _new_id(kept)
        presented = f"{PREFIX}{key_id}_{secrets.token_hex(_SECRET_BYTES)}"
        expires = now + timedelta(days=days) if days is not None else None
        made = Key(id=key_id, name=name, sha256=_digest(presented), made=now, expires=expires)
        _write(path, Keys(keys=(*kept.keys, made)))
    return presented


def revoke_key(path: Path, name: str) -> Key:
    """Forget a key: it and the sessions begun with it open nothing from the next request on.

    Raises:
        RequestFault: there is no such key.
        SettingsFault: the file cannot be used.
    """
    with _changing(path):
        kept = read_keys(path)
        gone = next((key for key in kept.keys if key.name == name), None)
        if gone is None:
            raise RequestFault(f"there is no key {name!r}")
        _write(path, Keys(keys=tuple(key for key in kept.keys if key is not gone)))
    return gone


def _digest(presented: str) -> str:
    return hashlib.sha256(presented.encode("utf-8", errors="surrogatepass")).hexdigest()


def _new_id(kept: Keys) -> str:
    taken = {key.id for key in kept.keys}
    while (key_id := secrets.token_hex(_ID_BYTES)) in taken:
        pass
    return key_id


def _write(path: Path, keys: Keys) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(keys), indent=2) + b"\n")


@contextmanager
def _changing(path: Path) -> Iterator[None]:
    """Let one process at a time change the file: they lock its folder, which leaves nothing behind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise SettingsFault(f"{path.parent}: {error.strerror or 'cannot be used'}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def file_of_keys(path: Path | None) -> Path:
    """Return the file that the settings name.

    Raises:
        Fault: they name none.
    """
    if path is None:
        raise Fault("no file for keys is set: name one in the setting server.keys or in IMR_SERVER_KEYS")
    return path
