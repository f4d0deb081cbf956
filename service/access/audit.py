"""The audit log: who was shown which determinations, of which generation, and when; of the request only a keyed hash.

The hash is an HMAC with a secret of this log's own, so that a request that is known can be looked for and one that
is not cannot be guessed from the log. A line is one write to a file opened for appending, so processes may share it;
it is not flushed to disk line by line. Whoever rotates it may copy and truncate it, or rename it: the next line goes
to a new file.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from config.errors import Fault, SettingsFault
from indexer.records import Record
from service.access.private import secret_in

Act = Literal["search", "evidence", "check", "parse", "open", "similar"]

_OWNER_ONLY = 0o600


class AuditFault(Fault):
    """The audit log cannot be written, so nothing may be shown."""


class AuditLine(Record, frozen=True):
    """One line of the log. `who` is a key's name, null where no key is needed."""

    at: datetime
    who: str | None
    key: str | None
    act: Act
    generation: str | None
    determinations: tuple[str, ...]
    request: str | None


class AuditLog:
    """Appends lines to a file. Safe to share between threads and processes."""

    def __init__(self, file: Path) -> None:
        """Make the log and its secret where there are none.

        Raises:
            SettingsFault: one of them cannot be used.
        """
        self._file = file
        self._secret = secret_in(file.with_name(f"{file.name}.secret"))
        try:
            os.close(self._open())
        except OSError as error:
            raise SettingsFault(f"{file}: {error.strerror or 'cannot be written'}") from None

    def write(
        self,
        act: Act,
        *,
        who: str | None,
        key: str | None,
        generation: str | None,
        determinations: Iterable[str],
        request: str | bytes | None,
    ) -> None:
        """Append a line.

        Args:
            act: what was done.
            who: the name of the key that asked.
            key: its id.
            generation: the generation of the index that answered.
            determinations: ids of what is shown; each is written once.
            request: what was asked with; only its keyed hash is written.

        Raises:
            AuditFault: it cannot be written.
        """
        line = AuditLine(
            at=datetime.now(UTC),
            who=who,
            key=key,
            act=act,
            generation=generation,
            determinations=tuple(dict.fromkeys(determinations)),
            request=None if request is None else self.hashed(request),
        )
        content = msgspec.json.encode(line) + b"\n"
        try:
            descriptor = self._open()
            try:
                whole = os.write(descriptor, content) == len(content)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise AuditFault(f"the audit log cannot be written: {error.strerror or 'no reason is told'}") from None
        if not whole:
            raise AuditFault("the audit log cannot be written: the disk is full")

    def hashed(self, request: str | bytes) -> str:
        """Return the keyed hash of a request: the same for the same request, in this log."""
        content = request.encode("utf-8", errors="surrogatepass") if isinstance(request, str) else request
        return hmac.new(self._secret, content, hashlib.sha256).hexdigest()

    def _open(self) -> int:
        """Open the file by its name each time: it may have been renamed away."""
        return os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
