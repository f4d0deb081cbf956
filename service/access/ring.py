"""The keys of a running server: read again whenever their file changes, so that a revoked key is refused at once."""

import ipaddress
import os
from datetime import UTC, datetime
from pathlib import Path

from config.errors import SettingsFault
from config.settings import ServerSettings
from service.access.keys import Key, Keys, read_keys

_Stamp = tuple[int, int, int, int, int]


class KeyRing:
    """Tells whose a key is. Every look begins with the file's own stamp, which takes microseconds."""

    def __init__(self, file: Path) -> None:
        """Read the keys.

        Raises:
            SettingsFault: the file cannot be used, or holds no key that is good today.
        """
        self.file = file
        self._stamp: _Stamp | None = None
        self._keys = Keys()
        now = datetime.now(UTC)
        if not any(key.live(now) for key in self._current().keys):
            raise SettingsFault(f"{file}: holds no key; `imr keys add NAME` makes one")

    def find(self, presented: str) -> Key | None:
        """Return the key that was presented, if it is a live one.

        Raises:
            SettingsFault: the file can no longer be used; then no key is good.
        """
        return self._current().find(presented, datetime.now(UTC))

    def by_id(self, key_id: str) -> Key | None:
        """Return a live key by its id.

        Raises:
            SettingsFault: the file can no longer be used; then no key is good.
        """
        return self._current().by_id(key_id, datetime.now(UTC))

    def _current(self) -> Keys:
        stamp = _stamp_of(self.file)
        if stamp is None or stamp != self._stamp:
            # The stamp is taken before the reading: a change in between is seen by the next look.
            self._keys = read_keys(self.file)
            self._stamp = stamp
        return self._keys


def keys_needed(settings: ServerSettings) -> KeyRing | None:
    """Return the keys that requests need, or None where none is needed.

    Raises:
        SettingsFault: others than this machine's users could ask, and no key is set; or the keys cannot be used.
    """
    file = settings.keys_file
    if file is not None:
        return KeyRing(file)
    if not is_loopback(settings.host):
        raise SettingsFault(
            f"{settings.host or 'every address'} is not loopback, so requests need keys: name a file in the setting "
            "server.keys (IMR_SERVER_KEYS) and make one with `imr keys add NAME`"
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _stamp_of(file: Path) -> _Stamp | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - at every request; a Path costs more than the call
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode, found.st_uid
